package import NetworkTypes

/// The ways out of a network that an endpoint's interface is given.
package struct EndpointRoutes: Hashable, Sendable {
    /// The next hop of the default route, for each family that has one.
    package let gatewayIPv4: IPAddress?
    package let gatewayIPv6: IPAddress?
    /// The other routes. Those without a next hop come first, because a next hop may be reached by one of them.
    package let routes: [StaticRoute]

    /// Chooses the routes of an endpoint.
    ///
    /// - With a next hop per family: the gateway of the pool that holds the endpoint's own address, not of any other.
    /// - At layer 3 there are no neighbours to be a next hop: the default routes lead to the interface itself.
    /// - Without a way out, layer 3 still needs routes to the network's other subnets.
    /// - Of the user's routes, those that the endpoint can follow from its own subnets.
    init(of endpoint: Endpoint, in network: Network) {
        let addresses = endpoint.addresses
        let pools = addresses.compactMap { network.pool(of: $0.address) }
        let hasDefaultRoute = network.hasWayOut && endpoint.settings.hasGateway
        var connected: [IPPrefix] = []
        var gateways: [IPAddress] = []
        if !network.attachment.isLayer3 {
            gateways = hasDefaultRoute ? pools.compactMap(\.gateway) : []
        } else if hasDefaultRoute {
            connected = AddressFamily.allCases.filter { family in addresses.contains { $0.family == family } }
                .map { .everything($0) }
        } else {
            connected = Self.otherSubnets(than: pools, in: network, for: addresses)
        }
        gatewayIPv4 = gateways.first { $0.family == .ipv4 }
        gatewayIPv6 = gateways.first { $0.family == .ipv6 }
        let own = Self.usable(endpoint.settings.routes, from: pools, for: addresses)
        let all = connected.map { StaticRoute(to: $0) } + own.filter { !connected.contains($0.destination) }
        routes = all.filter { $0.gateway == nil } + all.filter { $0.gateway != nil }
    }

    /// The subnets of the endpoint's families that it has no address in. A pool of everything, as `--ipam-driver
    /// null` names it, is no subnet.
    private static func otherSubnets(
        than own: [AddressPool], in network: Network, for addresses: [IPPrefix]
    ) -> [IPPrefix] {
        // A subnet may be given twice, with two ranges to take addresses from.
        var passed = Set(own.map(\.subnet))
        return network.pools.map(\.subnet).filter { subnet in
            subnet.length > 0 && addresses.contains { $0.family == subnet.family } && passed.insert(subnet).inserted
        }
    }

    /// The routes of the endpoint's families whose next hop, if there is one, is in its own subnets or reached by
    /// another of the routes: the engine fails on any other one.
    private static func usable(
        _ routes: [StaticRoute], from own: [AddressPool], for addresses: [IPPrefix]
    ) -> [StaticRoute] {
        routes.filter { route in
            guard addresses.contains(where: { $0.family == route.destination.family }) else { return false }
            guard let gateway = route.gateway else { return true }
            return own.contains { $0.subnet.contains(gateway) } || routes.contains { $0.reaches(gateway) }
        }
    }
}
