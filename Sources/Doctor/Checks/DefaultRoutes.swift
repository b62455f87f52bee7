import ControlAPI
import NetworkTypes

/// Examines whether the host's default routes leave over the parents of l3 and l3s networks.
///
/// ipvlan looks up the route of each packet with the parent as the outgoing link (`ipvlan_process_v4_outbound` and
/// `ipvlan_process_v6_outbound` in drivers/net/ipvlan/ipvlan_core.c). For IPv4, only routes over that link count, of any
/// metric, and without one the kernel asks the LAN for the destination's own MAC address (`ip_route_output_key_hash_rcu`
/// in net/ipv4/route.c). For IPv6, the best route counts, over any link (`RT6_LOOKUP_F_IFACE` in net/ipv6/route.c is not
/// set for a packet with a source address).
struct DefaultRoutes: Check {
    let name = "default-route"

    func examine(_ facts: DoctorFacts) -> CheckResult {
        let routed = facts.parents.map { LinkUse(name: $0.name, networks: $0.networks.filter(\.isRoutedOut)) }
            .filter { !$0.networks.isEmpty }
        guard !routed.isEmpty else { return .nothing }
        guard let all = facts.defaultRoutes else { return .notChecked("the host's routes cannot be read") }
        return CheckResult(
            routed.flatMap { use in
                AddressFamily.allCases.compactMap { family in
                    finding(use, family, all.filter { $0.family == family }, facts.links)
                }
            })
    }

    private func finding(
        _ use: LinkUse, _ family: AddressFamily, _ routes: [DefaultRoute], _ links: HostLinks
    ) -> Finding? {
        let networks = use.networks.filter { $0.hasSubnet(of: family) }
        guard !networks.isEmpty, let parent = links.link(named: use.name) else { return nil }
        let vrf = links.link(at: parent.masterIndex).flatMap { $0.table == nil ? nil : $0 }
        let table = vrf?.table ?? DefaultRoute.mainTable
        let own = routes.filter { $0.table == table }
        let best = own.map(\.metric).min()
        // Packets of containers may have a table of their own, by a rule (ip-rule(8)).
        let useful = routes.filter { family == .ipv4 || $0.table != table || $0.metric == best }
        // Without any default route, the host does not leave the LAN either.
        guard let other = own.first(where: { $0.metric == best }), let way = other.link,
            !useful.contains(where: { $0.link == parent.name || ($0.table == table && $0.link == nil) })
        else { return nil }
        return Finding(
            .warning, name, subject: parent.name, networks: networks,
            what: "the host's \(family.rawValue) default route leaves over \"\(way)\", not over \"\(parent.name)\"",
            why: family == .ipv4
                ? "containers of \(LinkUse.list(networks)) reach only what the host has a route to over "
                    + "\"\(parent.name)\""
                : "packets of containers of \(LinkUse.list(networks)) leave over \"\(way)\" too, and their answers "
                    + "arrive over \"\(parent.name)\"",
            remedy: remedy(family, parent.name, vrf))
    }

    private func remedy(_ family: AddressFamily, _ parent: String, _ vrf: HostLink?) -> String {
        let port = "make \"\(parent)\" a port of \(vrf == nil ? "a VRF" : "a VRF of its own")"
        guard family == .ipv4 else { return port }
        let place = vrf.map { "\(parent) vrf \($0.name)" } ?? parent
        return "add a second one: ip -4 route add default via ROUTER dev \(place) metric 4096; or \(port)"
    }
}

extension NetworkDocument {
    /// Whether the host routes packets of its containers to other networks.
    fileprivate var isRoutedOut: Bool { isRouted && !isInternal }

    fileprivate func hasSubnet(of family: AddressFamily) -> Bool {
        subnets.contains { IPPrefix($0.subnet)?.family == family }
    }
}
