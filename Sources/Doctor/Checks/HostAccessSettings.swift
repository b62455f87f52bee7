import ControlAPI

/// Examines kernel settings against which host access does not work.
///
/// `rp_filter` and `arp_announce` do no harm: the shim has a route and a neighbor entry for each container, so the
/// reverse path is right and the host never asks for a container's address.
struct HostAccessSettings: Check {
    let name = "host-access-settings"

    func examine(_ facts: DoctorFacts) -> CheckResult {
        var groups: [String: [NetworkDocument]] = [:]
        for network in facts.status.networks where network.isMacvlan {
            if let shim = network.hostAccess?.shim { groups[shim, default: []].append(network) }
        }
        return CheckResult(
            groups.sorted { $0.key < $1.key }.flatMap { shim, networks in
                [ignoringARP(shim, networks, facts.settings), answeringForContainers(shim, networks, facts)].compactMap
                { $0 }
            })
    }

    /// `arp_ignore` in net/ipv4/arp.c.
    private func ignoringARP(_ shim: String, _ networks: [NetworkDocument], _ settings: NetworkSettings) -> Finding? {
        let networks = networks.filter { $0.subnets.contains { !$0.subnet.contains(":") } }
        guard let value = settings.largest("arp_ignore", of: shim), !networks.isEmpty else { return nil }
        let (what, why): (String, String)
        switch value {
        case 1:
            // With the host's own address on the shim, the setting changes nothing.
            let reserved = networks.filter { $0.hostAccess?.addresses.contains { !$0.contains(":") } ?? false }
            guard !reserved.isEmpty else { return nil }
            return Finding(
                .note, name, subject: shim, networks: reserved, what: "arp_ignore is 1 for \(shim)",
                why: "containers of \(LinkUse.list(reserved)) reach the host only at its reserved address",
                remedy: "nothing, or: \(Self.command(settings, shim))")
        case 2:
            what = "arp_ignore is 2 for \(shim)"
            why =
                "the host answers ARP requests only from its own subnet on the shim, where it has single addresses: "
                + "the host and containers of \(LinkUse.list(networks)) do not reach each other over IPv4"
        case 8:
            what = "arp_ignore is 8 for \(shim)"
            why =
                "the host answers no ARP request, so containers of \(LinkUse.list(networks)) do not reach it over IPv4"
        default: return nil
        }
        return Finding(
            .problem, name, subject: shim, networks: networks, what: what, why: why,
            remedy: Self.command(settings, shim))
    }

    /// The command for the file that has the value: that of `all`, the shim, or both.
    private static func command(_ settings: NetworkSettings, _ shim: String) -> String {
        let isForAll = (settings.value("arp_ignore", of: "all", .ipv4) ?? 0) > 0
        let isForShim = (settings.value("arp_ignore", of: shim, .ipv4) ?? 0) > 0
        let names = (isForAll ? ["all"] : []) + (isForShim ? [shim] : [])
        let changes = names.map { NetworkSettings.sysctlName("arp_ignore", of: $0, .ipv4) + "=0" }
        return "sysctl -w \(changes.joined(separator: " ")); look in /etc/sysctl.d for the file that sets it"
    }

    /// With `proxy_arp` and forwarding, the host answers requests on a link for addresses that it reaches over another
    /// one (`arp_process` and `arp_fwd_proxy` in net/ipv4/arp.c), such as those of containers over the shim.
    private func answeringForContainers(_ shim: String, _ networks: [NetworkDocument], _ facts: DoctorFacts) -> Finding?
    {
        guard let parent = networks.first?.parent else { return nil }
        let settings = facts.settings
        let isOn = [parent, "all"].contains { (settings.value("proxy_arp", of: $0, .ipv4) ?? 0) > 0 }
        guard isOn, (settings.value("forwarding", of: parent, .ipv4) ?? 0) > 0 else { return nil }
        let place = (settings.value("proxy_arp", of: "all", .ipv4) ?? 0) > 0 ? "all" : parent
        return Finding(
            .warning, name, subject: parent, networks: networks, what: "proxy_arp is on for \"\(parent)\"",
            why: "the host answers the LAN's ARP requests for running containers of \(LinkUse.list(networks)) with the "
                + "MAC address of \"\(parent)\", in addition to the containers themselves",
            remedy: "sysctl -w \(NetworkSettings.sysctlName("proxy_arp", of: place, .ipv4))=0")
    }
}
