import NetworkTypes

/// Compares the host routes that layer 3 networks need with the existing ones.
///
/// These routes bring other hosts' packets to the parent; the host's routing daemon announces them.
struct HostRoutePlanner {
    let host: HostView
    let registry: Registry
    /// The endpoints that need no route, although they have joined.
    var absent: Set<EndpointID> = []

    private var needs: HostRouteNeeds { HostRouteNeeds(registry: registry, absent: absent) }

    /// Refuses a network whose subnets the host already has other routes to.
    ///
    /// A route over the same parent is fine: the kernel adds one for a host address in that subnet, and it serves as
    /// well as ours.
    func check(_ network: Network, at place: ParentPlace?) throws(DriverError) {
        guard let place, !network.routedSubnets.isEmpty else { return }
        // A VLAN sub-interface that swiftvlan is about to create is a port of no VRF.
        let table = place.missing.isEmpty ? try host.table(of: place.link) : .main
        for route in try host.routes(to: network.routedSubnets, in: table) {
            if place.missing.isEmpty, try isSame(route, as: network, on: place.link) { continue }
            let other = route.isOurs ? try self.network(with: route, except: network.id) : nil
            // Our own route that no other network has is replaced.
            guard !route.isOurs || other != nil else { continue }
            throw .hostRouteExists(
                destination: route.destination, way: try describe(route),
                of: other.map { ($0.id, registry.adviceToForget($0.id)) }, hasAccess: network.hostAccess != nil)
        }
    }

    /// Whether a route serves as well as a network's own over its parent.
    ///
    /// For host access, it must lead over the shim.
    private func isSame(_ route: HostRoute, as network: Network, on parent: HostLink) throws(DriverError) -> Bool {
        if route.isOurs, try isOn(parent, route) { return true }
        return network.hostAccess == nil && route.leads(over: parent)
    }

    /// Whether a route of ours leads over a parent or its shim.
    private func isOn(_ parent: HostLink, _ route: HostRoute) throws(DriverError) -> Bool {
        if parent.index == route.linkIndex { return true }
        guard let index = route.linkIndex, let link = try host.link(at: index) else { return false }
        return link.owner == .shim && link.lowerIndex == parent.index
    }

    /// Returns another network that needs a route of ours, or that may need it because its parent is missing.
    private func network(with route: HostRoute, except id: NetworkID) throws(DriverError) -> Network? {
        for other in needs.networks(needing: route.destination) where other.id != id {
            guard let parent = try host.link(of: other.parent) else { return other }
            if try isOn(parent, route) { return other }
        }
        return nil
    }

    /// Returns the destinations to which the host has routes, but none over a parent, with a description of one route.
    ///
    /// Without the destinations in `served`, which are reached over the parent's shim.
    func ways(
        to destinations: [IPPrefix], besides parent: HostLink, _ served: Set<IPPrefix>
    ) throws(DriverError) -> [(destination: IPPrefix, way: String)] {
        let routes = try host.routes(to: destinations, in: host.table(of: parent))
        var found: [(destination: IPPrefix, way: String)] = []
        for destination in destinations where !served.contains(destination) {
            let present = routes.filter { $0.destination == destination }
            guard let other = present.first, !present.contains(where: { $0.leads(over: parent) }) else { continue }
            found.append((destination, try describe(other)))
        }
        return found
    }

    private func describe(_ route: HostRoute) throws(DriverError) -> String {
        var words: [String] = []
        if let gateway = route.gateway { words.append("via \(gateway)") }
        if let index = route.linkIndex, let link = try host.link(at: index) { words.append("dev \(link.name)") }
        return words.joined(separator: " ")
    }

    /// Returns the steps that add the missing routes to a network's destinations over its parent, which must be up.
    ///
    /// Routes of others stay. If one occupies the place of ours, which also depends on its metric, the kernel refuses
    /// ours. Our own route over another link is removed, unless another network has it there. The destinations in
    /// `served` are reached over the parent's shim.
    func steps(
        to destinations: [IPPrefix], of network: Network, over parent: HostLink, besides served: Set<IPPrefix> = []
    ) throws(DriverError) -> [Step] {
        let table = try host.table(of: parent)
        var steps: [Step] = []
        for destination in destinations where !served.contains(destination) {
            let own = try host.ownRoutes(to: destination, in: table)
            guard !own.contains(where: { $0.leads(over: parent) }) else { continue }
            if try isUsed(own, byOtherThan: [network.id], besides: parent) { continue }
            let wanted = HostRoute(to: destination, over: parent.index, in: table)
            if let former = try overShim(of: parent, own) {
                steps.append(.replaceRoute(wanted, former: former))
                continue
            }
            steps += own.map { .removeRoute($0) } + [.addRoute(wanted)]
        }
        return steps
    }

    /// Returns the steps that add the routes to an endpoint that joins, without reading the host's other routes.
    func joinSteps(
        for endpoint: Endpoint, over parent: HostLink, besides served: Set<IPPrefix>
    ) throws(DriverError) -> [Step] {
        let table = try host.table(of: parent)
        return endpoint.hostPrefixes.filter { !served.contains($0) }.map {
            .addRoute(HostRoute(to: $0, over: parent.index, in: table))
        }
    }

    /// Returns the one of a destination's routes that leads over a parent's shim.
    private func overShim(of parent: HostLink, _ routes: Set<HostRoute>) throws(DriverError) -> HostRoute? {
        for route in routes where try isOn(parent, route) { return route }
        return nil
    }

    /// Whether one of the routes belongs, or may belong, to a network other than these: its parent may have been renamed.
    ///
    /// A route over the shim of `parent` moves with that parent's own.
    func isUsed(
        _ routes: Set<HostRoute>, byOtherThan networks: Set<NetworkID>, besides parent: HostLink
    ) throws(DriverError) -> Bool {
        for route in routes where try !isOn(parent, route) {
            for other in needs.networks(needing: route.destination) where !networks.contains(other.id) {
                guard let parent = try host.link(of: other.parent) else { return true }
                if try isOn(parent, route) { return true }
            }
        }
        return false
    }
}

extension HostRoute {
    /// Whether the route uses a link without a next hop.
    func leads(over link: HostLink) -> Bool { linkIndex == link.index && gateway == nil }
}

extension DriverError {
    /// Returns the error for a destination that already has a route.
    ///
    /// `network` is the swiftvlan network of the route, with the way to remove it if Docker lost it; nil for a route
    /// that others added.
    fileprivate static func hostRouteExists(
        destination: IPPrefix, way: String, of network: (id: NetworkID, toForget: String)?, hasAccess: Bool
    ) -> DriverError {
        let purpose = network.map { " for network \($0.id.short)" } ?? ""
        let toForget = network.map { "; \($0.toForget)" } ?? ""
        // A route without a link and a next hop, such as an unreachable one, has no words for its way.
        let way = way.isEmpty ? "" : " (\(way))"
        let without = hasAccess ? "host access (host_access=off)" : "host routes (host_routes=off)"
        return DriverError(
            "the host already has a route to \(destination)\(purpose)\(way); remove it, choose another subnet, or "
                + "create this network without \(without)" + toForget)
    }
}
