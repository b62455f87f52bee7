import NetworkTypes

/// Compares the host routes that layer 3 networks need with the existing ones.
///
/// These routes bring other hosts' packets to the parent; the host's routing daemon announces them.
struct HostRoutePlanner {
    let host: HostView
    let registry: Registry

    /// Refuses a network whose subnets the host already has other routes to.
    ///
    /// A route over the same parent is fine: the kernel adds one for a host address in that subnet, and it serves as
    /// well as ours.
    func check(_ network: Network, at place: ParentPlace?) throws(DriverError) {
        guard let place, !network.hostRouteDestinations.isEmpty else { return }
        for route in try host.routes(to: network.hostRouteDestinations) {
            if place.missing.isEmpty, route.leads(over: place.link) { continue }
            let other = route.isOurs ? registry.networkWithRoute(to: route.destination, except: network.id) : nil
            // Our own route that no other network has is replaced.
            guard !route.isOurs || other != nil else { continue }
            throw .hostRouteExists(
                destination: route.destination, way: try describe(route),
                of: other.map { ($0.id, registry.adviceToForget($0.id)) })
        }
    }

    private func describe(_ route: HostRoute) throws(DriverError) -> String {
        var words: [String] = []
        if let gateway = route.gateway { words.append("via \(gateway)") }
        if let index = route.linkIndex, let link = try host.link(at: index) { words.append("dev \(link.name)") }
        return words.joined(separator: " ")
    }

    /// Returns the steps that add a network's missing routes over its parent, which must be up.
    ///
    /// Routes of others stay. If one occupies the place of ours, which also depends on its metric, the kernel refuses
    /// ours. Our own route over another link is removed, unless another network has it there.
    func steps(for network: Network, over parent: HostLink) throws(DriverError) -> [Step] {
        var steps: [Step] = []
        for destination in network.hostRouteDestinations {
            let own = try host.ownRoutes(to: destination)
            guard !own.contains(where: { $0.leads(over: parent) }) else { continue }
            if try isUsed(own, byNetworkOtherThan: network) { continue }
            steps += own.map { .removeRoute($0) } + [.addRoute(HostRoute(to: destination, over: parent.index))]
        }
        return steps
    }

    /// Whether one of the routes belongs, or may belong, to another network: its parent may have been renamed.
    private func isUsed(_ routes: Set<HostRoute>, byNetworkOtherThan network: Network) throws(DriverError) -> Bool {
        for route in routes {
            for other in registry.networks.values
            where other.id != network.id && other.hostRouteDestinations.contains(route.destination) {
                guard let parent = try host.link(of: other.parent) else { return true }
                if parent.index == route.linkIndex { return true }
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
        destination: IPPrefix, way: String, of network: (id: NetworkID, toForget: String)?
    ) -> DriverError {
        let whose = network.map { "network \($0.id.short)'s" } ?? "one"
        let toForget = network.map { "; \($0.toForget)" } ?? ""
        return DriverError(
            "the host has a route to \(destination) already, \(whose) (\(way)); remove that, choose another "
                + "subnet, or leave this network's routes out with host_routes=off" + toForget)
    }
}
