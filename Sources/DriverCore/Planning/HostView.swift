import NetworkTypes

/// The host as one call, or one round of reconciliation, sees it.
///
/// Links, addresses and routes are read at most once. Changes that the call itself makes must be entered with `update`.
final class HostView {
    private let reader: any HostReader
    private var known: [InterfaceIndex: HostLink] = [:]
    /// The names and alternative names that were looked up; nil if no such link exists.
    private var names: [String: InterfaceIndex?] = [:]
    /// Our VLAN links, by tag and lower link.
    private var ownVLANs: [VLANPlace: InterfaceIndex] = [:]
    /// Our shims, by parent.
    private var shims: [InterfaceIndex: Set<InterfaceIndex>] = [:]
    private var hasAllLinks = false
    /// The routes to the destinations that were looked up in a table.
    private var routes: (destinations: Set<IPPrefix>, table: RoutingTable, all: [HostRoute])?
    private var knownAddresses: [HostAddress]?
    /// Our routes, by place.
    private var own: [RoutePlace: Set<HostRoute>]?

    init(_ reader: any HostReader) { self.reader = reader }

    // MARK: Links

    /// Returns the link with a name or alternative name, even one that is being removed.
    func link(named name: LinkName) throws(DriverError) -> HostLink? {
        if let index = names[name.text] { return index.flatMap { known[$0] } }
        let link = try reader.link(named: name)
        if let link { remember(link) }
        names[name.text] = .some(link?.index)
        return link
    }

    func link(named name: InterfaceName) throws(DriverError) -> HostLink? { try link(named: LinkName(name)) }

    /// Returns the link with a name; throws if it is being removed, so that the call is repeated.
    func usableLink(named name: LinkName) throws(DriverError) -> HostLink? {
        let link = try link(named: name)
        if let removal = link?.removal { throw .linkBeingRemoved(removal) }
        return link
    }

    func usableLink(named name: InterfaceName) throws(DriverError) -> HostLink? {
        try usableLink(named: LinkName(name))
    }

    func link(at index: InterfaceIndex) throws(DriverError) -> HostLink? {
        if let link = known[index] { return link }
        let link = hasAllLinks ? nil : try reader.link(at: index)
        if let link { remember(link) }
        return link
    }

    /// Returns all links in the order of their indices, which is the order of their creation.
    func links() throws(DriverError) -> [HostLink] {
        try readLinks()
        return known.values.sorted { $0.index.number < $1.index.number }
    }

    /// Returns our VLAN link for a tag on a lower link, whatever its name: the kernel allows only one.
    func ownVLAN(_ tag: VLANTag, on lower: HostLink) throws(DriverError) -> HostLink? {
        try readLinks()
        guard let index = ownVLANs[VLANPlace(tag: tag, lowerIndex: lower.index)], let link = known[index],
            link.owner == .vlan, link.isAlive
        else { return nil }
        return link
    }

    /// Returns our shim on a parent, whatever its name.
    ///
    /// Of several, all but the one with the parent's name, or the oldest, are orphans.
    func shim(on parent: HostLink) throws(DriverError) -> HostLink? {
        if let name = LinkNames.shim(on: parent.name), let named = try link(named: name),
            named.owner == .shim, named.lowerIndex == parent.index, named.isAlive
        {
            return named
        }
        try readLinks()
        let alive = (shims[parent.index] ?? []).compactMap { known[$0] }.filter { $0.owner == .shim && $0.isAlive }
        return alive.min { $0.index.number < $1.index.number }
    }

    private func readLinks() throws(DriverError) {
        guard !hasAllLinks else { return }
        for link in try reader.links() { remember(link) }
        hasAllLinks = true
    }

    private func remember(_ link: HostLink) {
        known[link.index] = link
        for name in [link.name] + link.alternativeNames { names[name] = .some(link.index) }
        if link.owner == .vlan, case .vlan(let tag?) = link.kind, let lowerIndex = link.lowerIndex {
            ownVLANs[VLANPlace(tag: tag, lowerIndex: lowerIndex)] = link.index
        }
        if link.owner == .shim, let lowerIndex = link.lowerIndex {
            shims[lowerIndex, default: []].insert(link.index)
        }
    }

    func bridgeVLANs(of bridge: HostLink) throws(DriverError) -> BridgeVLANs { try reader.bridgeVLANs(of: bridge) }

    func upperLinks(of parent: HostLink) throws(DriverError) -> [HostLink] {
        try reader.upperLinks(of: parent)
    }

    func upperLinksElsewhere(of link: HostLink) throws(DriverError) -> [HostLink]? {
        try reader.upperLinksElsewhere(of: link)
    }

    func endpointsElsewhere() throws(DriverError) -> Set<EndpointID>? { try reader.endpointsElsewhere() }

    func neighbors(on shim: HostLink) throws(DriverError) -> [HostNeighbor] { try reader.neighbors(on: shim) }

    func sources(of shim: HostLink) throws(DriverError) -> Set<MACAddress>? { try reader.sources(of: shim) }

    // MARK: Addresses

    func addresses() throws(DriverError) -> [HostAddress] {
        if let knownAddresses { return knownAddresses }
        let addresses = try reader.addresses()
        knownAddresses = addresses
        return addresses
    }

    // MARK: Routes

    func addedRoutes(over link: HostLink) throws(DriverError) -> [HostRoute] { try reader.addedRoutes(over: link) }

    func routes(to destinations: [IPPrefix], in table: RoutingTable) throws(DriverError) -> [HostRoute] {
        let wanted = Set(destinations)
        if let routes, routes.table == table, routes.destinations.isSuperset(of: wanted) {
            return routes.all.filter { wanted.contains($0.destination) }
        }
        let all = try reader.routes(to: destinations, in: table)
        routes = (wanted, table, all)
        return all
    }

    /// Returns our routes in all tables.
    func ownRoutes() throws(DriverError) -> Set<HostRoute> { Set(try ownByPlace().values.joined()) }

    /// Returns our routes over a link.
    func ownRoutes(over link: HostLink) throws(DriverError) -> [HostRoute] {
        try ownByPlace().values.joined().filter { $0.linkIndex == link.index }
    }

    /// Returns our routes to a destination in a table, without another read if all routes to it have been read.
    func ownRoutes(to destination: IPPrefix, in table: RoutingTable) throws(DriverError) -> Set<HostRoute> {
        if own == nil, let routes, routes.table == table, routes.destinations.contains(destination) {
            return Set(routes.all.filter { $0.isOurs && $0.destination == destination })
        }
        return try ownByPlace()[RoutePlace(destination: destination, table: table)] ?? []
    }

    private func ownByPlace() throws(DriverError) -> [RoutePlace: Set<HostRoute>] {
        if let own { return own }
        let routes = Dictionary(grouping: try reader.ownRoutes(), by: RoutePlace.init).mapValues { Set($0) }
        own = routes
        return routes
    }

    // MARK: Changes that the call makes

    /// Enters the outcome of steps.
    func update(_ outcome: Outcome) {
        for link in outcome.created + outcome.changed { remember(link) }
        for route in outcome.removedRoutes {
            let others = own?[RoutePlace(route)]?.filter { $0.linkIndex != route.linkIndex }
            own?[RoutePlace(route)] = others
        }
        for route in outcome.replacedRoutes { own?[RoutePlace(route)] = [route] }
        for route in outcome.addedRoutes { own?[RoutePlace(route), default: []].insert(route) }
        if !outcome.leavesRoutes { routes = nil }
    }

    /// Marks links as being removed.
    func update(_ removals: [LinkRemoval]) {
        for removal in removals {
            known[removal.index]?.removal = removal
            // A retired link is down, so it has no routes.
            let others = own?.mapValues { routes in routes.filter { $0.linkIndex != removal.index } }
            own = others
        }
    }
}

/// A destination in a routing table. The kernel allows one route of each metric to it.
private struct RoutePlace: Hashable {
    let destination: IPPrefix
    let table: RoutingTable

    init(destination: IPPrefix, table: RoutingTable) {
        self.destination = destination
        self.table = table
    }

    init(_ route: HostRoute) { self.init(destination: route.destination, table: route.table) }
}

/// Identifies a VLAN link whatever its name.
private struct VLANPlace: Hashable {
    let tag: VLANTag
    let lowerIndex: InterfaceIndex
}
