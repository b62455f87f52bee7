import ControlAPI

/// Examines whether IPv6 is off where networks with an IPv6 subnet need it on the host.
///
/// Containers' links have their own IPv6; only routes of the host and shims need it here: `fib6_nh_init` in
/// net/ipv6/route.c refuses routes over a link on which IPv6 is off, and an l3s link's packets pass `ip6_rcv_core` on
/// the parent.
struct IPv6Settings: Check {
    let name = "ipv6"

    func examine(_ facts: DoctorFacts) -> CheckResult {
        let networks = facts.status.networks.filter { network in
            network.subnets.contains { $0.subnet.contains(":") } && (network.isRouted || network.hostAccess != nil)
        }
        guard !networks.isEmpty else { return .nothing }
        guard facts.files.exists("/proc/sys/net/ipv6") else {
            return CheckResult([
                Finding(
                    .problem, name, subject: "kernel", networks: networks, what: "this kernel has no IPv6",
                    why: "\(LinkUse.list(networks)) cannot have IPv6 addresses",
                    remedy: "remove ipv6.disable=1 from the kernel's command line and reboot, or create the network "
                        + "again without --ipv6")
            ])
        }
        var users: [String: [NetworkDocument]] = [:]
        for network in networks where network.lowestLink != nil {
            if network.isRouted { users[network.parent, default: []].append(network) }
            if let shim = network.hostAccess?.shim { users[shim, default: []].append(network) }
        }
        return CheckResult(
            users.sorted { $0.key < $1.key }.compactMap { link, networks in
                guard facts.settings.value("disable_ipv6", of: link, .ipv6) == 1 else { return nil }
                return Finding(
                    .problem, name, subject: link, networks: networks, what: "IPv6 is off on \"\(link)\"",
                    why: "the host cannot have IPv6 routes over \"\(link)\" to containers of \(LinkUse.list(networks))",
                    remedy:
                        "sysctl -w \(NetworkSettings.sysctlName("disable_ipv6", of: link, .ipv6))=0; also set it to 0 "
                        + "for \"default\" if new links should have IPv6")
            })
    }
}
