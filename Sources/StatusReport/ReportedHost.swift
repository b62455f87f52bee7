import ControlAPI
import DriverCore
import NetworkTypes

/// An observation of the host, with indices for the questions of a report.
struct ReportedHost {
    let finder: NetworkLinkFinder
    private let carriers: Set<InterfaceIndex>
    private let links: [InterfaceIndex: HostLink]
    /// The names of VRFs by their tables.
    private let vrfs: [RoutingTable: String]
    /// The ports of each bond and team.
    private let ports: [InterfaceIndex: [HostLink]]
    private let addresses: [InterfaceIndex: [IPAddress]]
    private let routes: [IPPrefix: [HostRoute]]

    init(_ host: HostObservation) {
        let observed = ObservedHost(links: host.links, addresses: host.addresses, routes: host.routes)
        let alive = observed.links()
        finder = NetworkLinkFinder(observed)
        carriers = host.carriers
        links = Dictionary(alive.map { ($0.index, $0) }, uniquingKeysWith: { $1 })
        var ports: [InterfaceIndex: [HostLink]] = [:]
        for link in alive { if let master = link.masterIndex { ports[master, default: []].append(link) } }
        self.ports = ports
        addresses = Dictionary(grouping: host.addresses, by: \.linkIndex).mapValues { $0.map(\.prefix.address) }
        routes = Dictionary(grouping: host.routes, by: \.destination)
        vrfs = Dictionary(
            alive.compactMap { link in if case .vrf(let table) = link.kind { (table, link.name) } else { nil } },
            uniquingKeysWith: { first, _ in first })
    }

    /// The link below a link. The peer of a veth, which the kernel reports in the same place, is not below it.
    func lower(of link: HostLink) -> HostLink? {
        if case .other(let kind) = link.kind, ["veth", "netkit", "vxcan"].contains(kind) { return nil }
        return link.lowerIndex.flatMap { links[$0] }
    }

    /// The ports of a bond or team, over which its packets go. A bridge's ports are mostly other containers.
    func ports(of link: HostLink) -> [HostLink] {
        guard case .other(let kind) = link.kind, ["bond", "team"].contains(kind) else { return [] }
        return ports[link.index] ?? []
    }

    /// Returns the routing table of a link; the main one while the link does not exist.
    func table(of link: HostLink?) -> RoutingTable {
        if case .vrf(let table)? = link?.kind { return table }
        guard case .vrf(let table)? = link?.masterIndex.flatMap({ links[$0]?.kind }) else { return .main }
        return table
    }

    /// Returns the documents about routes to destinations in a table, also about missing ones.
    func routes(to destinations: [IPPrefix], in table: RoutingTable) -> [HostRouteDocument] {
        destinations.map { destination in
            let route = routes[destination]?.first { $0.table == table }
            return document(of: route ?? HostRoute(to: destination, over: nil, in: table))
        }
    }

    /// Returns the documents about swiftvlan's existing routes over a link.
    func routes(to destinations: [IPPrefix], over link: HostLink) -> [HostRouteDocument] {
        destinations.compactMap { destination in
            routes[destination]?.first { $0.linkIndex == link.index }.map { document(of: $0) }
        }
    }

    private func document(of route: HostRoute) -> HostRouteDocument {
        HostRouteDocument(
            destination: route.destination.description, link: route.linkIndex.flatMap { links[$0]?.name },
            source: route.source?.description, table: route.table == .main ? nil : route.table.number,
            vrf: vrfs[route.table])
    }

    func document(of link: HostLink) -> LinkDocument {
        var document = LinkDocument(
            name: link.name, role: LinkDocument.Role(link.owner), kind: link.kind.name, isUp: link.isUp,
            hasCarrier: carriers.contains(link.index), mtu: link.mtu, macAddress: link.macAddress?.description,
            lower: lower(of: link)?.name, master: link.masterIndex.flatMap { links[$0]?.name })
        if case .vlan(let tag?) = link.kind { document.vlan = Int(tag.id.number) }
        if link.owner == .shim {
            document.addresses = (addresses[link.index] ?? []).filter { !$0.isLinkLocal }.map(\.description).sorted()
        }
        return document
    }
}

extension LinkDocument.Role {
    init(_ owner: LinkOwner?) {
        switch owner {
        case .vlan: self = .vlan
        case .isolatedParent: self = .isolated
        case .shim: self = .shim
        case .endpoint, .retired, nil: self = .host
        }
    }
}

extension HostLinkKind {
    /// The kernel's name of the kind; nil for a NIC.
    fileprivate var name: String? {
        switch self {
        case .macvlan: "macvlan"
        case .ipvlan: "ipvlan"
        case .vlan: "vlan"
        case .dummy: "dummy"
        case .vrf: "vrf"
        case .other(let name): name
        case .device: nil
        }
    }
}
