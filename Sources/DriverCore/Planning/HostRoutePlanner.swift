import NetworkTypes

/// Compares the host's routes that layer 3 networks want with those that are there.
///
/// The host's routing daemon announces these routes, and they bring other hosts' packets to the parent.
struct HostRoutePlanner {
    let host: HostView
    let registry: Registry

    /// Refuses a network whose subnets the host has other routes to. One over the same parent, as the kernel adds it
    /// for an address of the host's in that subnet, serves as well as one of this program's.
    func check(_ network: Network, at place: ParentPlace?) throws(DriverError) {
        guard let place, !network.hostRouteDestinations.isEmpty else { return }
        for route in try host.routes(to: network.hostRouteDestinations) {
            if place.missing.isEmpty, route.leads(over: place.link) { continue }
            let other = route.isOurs ? registry.networkWithRoute(to: route.destination, except: network.id) : nil
            // One of this program's that no other network accounts for is replaced.
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

    /// The steps to a network's routes over its parent, which has to be up.
    ///
    /// A route of somebody else's stays. Where it has the place of a wanted one, which depends on its metric too, the
    /// kernel refuses that one. One of this program's over another link makes way, unless another network has it there.
    func steps(for network: Network, over parent: HostLink) throws(DriverError) -> [Step] {
        var steps: [Step] = []
        for destination in network.hostRouteDestinations {
            let own = try host.ownRoutes(to: destination)
            guard !own.contains(where: { $0.leads(over: parent) }) else { continue }
            if try isAnothers(own, than: network) { continue }
            steps += own.map { .removeRoute($0) } + [.addRoute(HostRoute(to: destination, over: parent.index))]
        }
        return steps
    }

    /// Whether another network has one of the routes, or may have it: one whose parent has another name now.
    private func isAnothers(_ routes: Set<HostRoute>, than network: Network) throws(DriverError) -> Bool {
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
    /// Whether the route leads to its destination over a link, without a next hop.
    func leads(over link: HostLink) -> Bool { linkIndex == link.index && gateway == nil }
}

extension DriverError {
    /// `network` is the one of this program's that the route was added for, with the way to get rid of it should Docker have
    /// lost it; nil for somebody else's route.
    fileprivate static func hostRouteExists(
        destination: IPPrefix, way: String, of network: (id: NetworkID, toForget: String)?
    ) -> DriverError {
        let purpose = network.map { " for network \($0.id.short)" } ?? ""
        let toForget = network.map { "; \($0.toForget)" } ?? ""
        return DriverError(
            "the host already has a route to \(destination)\(purpose) (\(way)); remove it, choose another subnet, or "
                + "create this network without host routes (host_routes=off)" + toForget)
    }
}
