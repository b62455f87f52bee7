import NetworkTypes

// The host's own routes to networks at layer 3: what its routing daemon tells others of, and what brings packets of
// other hosts to the parent.

extension DriverEngine {
    /// Refuses a network whose subnets the host has other routes to. One over the same parent, as the kernel makes it
    /// for an address of the host's in that subnet, serves as well as one of this program's.
    mutating func checkHostRoutes(of network: Network, at place: ParentPlace?) throws(DriverError) {
        guard let place, !network.hostRouteDestinations.isEmpty else { return }
        let destinations = network.hostRouteDestinations
        let there = try hosting { (host) throws(HostNetworkError) in try host.routes(to: destinations) }
        for route in there {
            let isOverParent = route.linkIndex == place.link.index && route.gateway == nil && place.missing.isEmpty
            guard !isOverParent else { continue }
            let holder = route.isOurs ? self.holder(ofRouteTo: route.destination, besides: network.id) : nil
            // One of this program's that no other network accounts for is replaced.
            guard !route.isOurs || holder != nil else { continue }
            throw .hostRouteExists(destination: route.destination, way: try describe(route), network: holder)
        }
    }

    /// The network that a route of this program's was made for.
    private func holder(ofRouteTo destination: IPPrefix, besides id: NetworkID) -> NetworkID? {
        networks.values.first { $0.id != id && $0.hostRouteDestinations.contains(destination) }?.id
    }

    private mutating func describe(_ route: HostRoute) throws(DriverError) -> String {
        var words: [String] = []
        if let gateway = route.gateway { words.append("via \(gateway)") }
        if let index = route.linkIndex,
            let link = try hosting({ (host) throws(HostNetworkError) in try host.link(at: index) })
        {
            words.append("dev \(link.name)")
        }
        return words.joined(separator: " ")
    }

    /// Makes sure that the host has routes to a network's subnets, unless the parent is down: then later.
    mutating func provideHostRoutes(of network: Network, _ provision: inout Provision) throws(DriverError) {
        let destinations = network.hostRouteDestinations
        guard !destinations.isEmpty else { return }
        guard let parent = try usableLink(named: network.parent.linkName) else {
            throw .parentGone(parent: network.parent.linkName.text, network: network.id)
        }
        networksWithoutHostRoutes.remove(network.id)
        provision.routeParent = network.parent.linkName
        for destination in destinations {
            do throws(HostNetworkError) {
                let isNew = try addHostRoute(HostRoute(to: destination, over: parent.index), of: network)
                if isNew { provision.routes.append(destination) }
            } catch {
                guard error.reason == .linkDown else { throw .host(error) }
                networksWithoutHostRoutes.insert(network.id)
                notice(.hostRoutesWait(parent: parent.name))
                return
            }
        }
    }

    /// Adds a route, unless there is one that serves; false then. One that a run which ended too soon has left over
    /// another link makes way.
    private mutating func addHostRoute(
        _ route: HostRoute,
        of network: Network
    ) throws(HostNetworkError) -> Bool {
        do throws(HostNetworkError) {
            try host.add(route)
            return true
        } catch {
            guard error.reason == .alreadyExists else { throw error }
        }
        let stale = try host.routes(to: [route.destination]).filter { $0.isOurs && $0.linkIndex != route.linkIndex }
        let isAccountedFor = networks.values.contains { $0.hostRouteDestinations.contains(route.destination) }
        guard !stale.isEmpty else { return false }
        guard !isAccountedFor else {
            // The network's own, from its former parent.
            networksWithoutHostRoutes.insert(network.id)
            return false
        }
        for old in stale { try host.remove(old) }
        try host.add(route)
        return true
    }

    /// Makes the routes of a network that has taken its own former place, whose routes were in the way till now.
    mutating func provideHostRoutesAnew(of network: Network) {
        var provision = Provision()
        do throws(DriverError) {
            try provideHostRoutes(of: network, &provision)
        } catch {
            networksWithoutHostRoutes.insert(network.id)
        }
    }

    /// Removes the host's routes to the subnets of a network that is not known any more, or known otherwise.
    mutating func removeHostRoutes(of network: Network) {
        if networks[network.id]?.hostRouteDestinations != network.hostRouteDestinations {
            networksWithoutHostRoutes.remove(network.id)
        }
        removeHostRoutes(to: network.hostRouteDestinations, over: network.parent.linkName)
    }

    /// Removes routes over a parent, but for those that a network on it needs.
    mutating func removeHostRoutes(to destinations: [IPPrefix], over parentName: InterfaceName) {
        let holders = networks.values.filter { $0.parent.linkName == parentName }
        let needed = Set(holders.flatMap(\.hostRouteDestinations))
        let unneeded = destinations.filter { !needed.contains($0) }
        guard !unneeded.isEmpty else { return }
        var left = unneeded[...]
        do throws(HostNetworkError) {
            // Without its link a route is gone as well.
            guard let parent = try host.link(named: parentName) else { return }
            while let destination = left.first {
                try host.remove(HostRoute(to: destination, over: parent.index))
                left.removeFirst()
            }
        } catch {
            keep(.hostRoutes(to: Array(left), over: parentName), error.sentence)
        }
    }
}

extension DriverError {
    /// `network` is the one of this program's that the route was made for; nil for somebody else's route.
    fileprivate static func hostRouteExists(destination: IPPrefix, way: String, network: NetworkID?) -> DriverError {
        let whose = network.map { "network \($0.short)'s" } ?? "one"
        return DriverError(
            "the host has a route to \(destination) already, \(whose) (\(way)); remove that, choose another "
                + "subnet, or leave this network's routes out with host_routes=off")
    }
}

extension Notice {
    /// The host's routes cannot be made while their link is down.
    fileprivate static func hostRoutesWait(parent: String) -> Notice {
        Notice(
            "link \"\(parent)\" is down, so that the host's routes to the network are made when it is up",
            about: parent)
    }
}
