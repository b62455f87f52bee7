import ControlAPI

/// Examines whether the host forwards packets to l3 networks from its other links.
///
/// Packets that arrive at the parent need no forwarding: ipvlan takes them there (`ipvlan_handle_frame` in
/// drivers/net/ipvlan/ipvlan_core.c, `ipvlan_l3_rcv` in ipvlan_l3s.c). Packets of containers leave through the host's
/// output. Only with host access does a route to the containers exist that works from the host's other links.
struct Forwarding: Check {
    let name = "forwarding"

    func examine(_ facts: DoctorFacts) -> CheckResult {
        let networks = facts.status.networks.filter { $0.isRouted && $0.hostAccess?.shim != nil }
        let families: [(path: String, sysctl: String, word: String, isSixth: Bool)] = [
            ("ipv4/ip_forward", "net.ipv4.ip_forward", "IPv4", false),
            ("ipv6/conf/all/forwarding", "net.ipv6.conf.all.forwarding", "IPv6", true),
        ]
        return CheckResult(
            families.compactMap { family in
                let users = networks.filter { $0.subnets.contains { $0.subnet.contains(":") == family.isSixth } }
                guard !users.isEmpty, facts.settings.value(family.path) == 0 else { return nil }
                return Finding(
                    .note, name, subject: family.sysctl, networks: users,
                    what: "this host does not forward \(family.word)",
                    why:
                        "containers of \(LinkUse.list(users)) are reached from this host and through their parent, but "
                        + "not from this host's other links",
                    remedy: "nothing, or: sysctl -w \(family.sysctl)=1"
                        + (family.isSixth ? ", after accept_ra=2 on links that get their address from a router" : ""))
            })
    }
}
