package import NetworkTypes

/// The ways out of a network that an endpoint's interface is given.
package struct EndpointRoutes: Hashable, Sendable {
    /// The next hop of the default route, for each family that has one. It is in the endpoint's own subnet or the
    /// destination of one of the routes, because the engine looks up the way to it (moby, `osl/route_linux.go`).
    package let gatewayIPv4: IPAddress?
    package let gatewayIPv6: IPAddress?
    /// The other routes. Those without a next hop come first, because a next hop may be reached by one of them.
    package let routes: [StaticRoute]

    /// Chooses the routes of an endpoint.
    ///
    /// - The default route of a family leads to the router that the user named for it, else to the gateway of the pool
    ///   that holds the endpoint's own address, not of any other.
    /// - A router outside the endpoint's subnet is on the link all the same: it gets a route without a next hop.
    /// - Without a way out, layer 3 still needs routes to the network's other subnets.
    /// - Of the user's routes, those that the endpoint can follow from its own subnets.
    init(of endpoint: Endpoint, in network: Network) {
        let addresses = endpoint.addresses
        let pools = addresses.compactMap { network.pool(of: $0.address) }
        let gateways = addresses.compactMap { Self.gateway(for: $0, endpoint.settings, in: network) }
        gatewayIPv4 = gateways.first { $0.family == .ipv4 }
        gatewayIPv6 = gateways.first { $0.family == .ipv6 }

        let distant = gateways.filter { gateway in !addresses.contains { $0.contains(gateway) } }
        var connected = distant.map { IPPrefix(host: $0) }
        if network.attachment.isLayer3 {
            connected +=
                network.hasWayOut && endpoint.settings.hasGateway
                ? Self.defaultRoutes(of: addresses, besides: gateways)
                : Self.otherSubnets(than: pools, in: network, for: addresses)
        }
        let own = Self.usable(endpoint.settings.routes, from: pools, distant, for: addresses)
        let all = connected.map { StaticRoute(to: $0) } + own.filter { !connected.contains($0.destination) }
        routes = all.filter { $0.gateway == nil } + all.filter { $0.gateway != nil }
    }

    /// The next hop of the default route of an address's family.
    private static func gateway(for address: IPPrefix, _ settings: LinkSettings, in network: Network) -> IPAddress? {
        guard network.hasWayOut else { return nil }
        if let router = settings.routers.first(where: { $0.family == address.family }) { return router }
        guard settings.hasGateway else { return nil }
        let gateway = network.pool(of: address.address)?.gateway
        return network.attachment.isLayer3 ? layer3Gateway(for: address, gateway) : gateway
    }

    /// A next hop at layer 3: any other address of the subnet, by preference the one that the engine knows.
    ///
    /// No packet goes there, because the kernel routes packets from such links by their destination alone
    /// (`ipvlan_process_outbound`) and asks for no neighbor (`IFF_NOARP`). But the engine treats the network like any
    /// other then: where a container has several, it installs the default route of one. A default route without a next
    /// hop it would install for each of them, and fail at the second with "file exists" (before 28.0).
    private static func layer3Gateway(for address: IPPrefix, _ gateway: IPAddress?) -> IPAddress? {
        if let gateway, gateway != address.address, address.contains(gateway) { return gateway }
        return address.firstHosts.first { $0 != address.address }
    }

    /// The default routes of the endpoint's families that have no next hop: at layer 3 the interface itself is the way.
    private static func defaultRoutes(of addresses: [IPPrefix], besides gateways: [IPAddress]) -> [IPPrefix] {
        AddressFamily.allCases.filter { family in
            addresses.contains { $0.family == family } && !gateways.contains { $0.family == family }
        }.map { .everything($0) }
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

    /// The routes of the endpoint's families whose next hop, if there is one, is in its own subnets, a router on the
    /// link, or reached by another of the routes: the engine fails on any other one.
    private static func usable(
        _ routes: [StaticRoute], from own: [AddressPool], _ routers: [IPAddress], for addresses: [IPPrefix]
    ) -> [StaticRoute] {
        routes.filter { route in
            guard addresses.contains(where: { $0.family == route.destination.family }) else { return false }
            guard let gateway = route.gateway else { return true }
            return own.contains { $0.subnet.contains(gateway) } || routers.contains(gateway)
                || routes.contains { $0.reaches(gateway) }
        }
    }
}

extension IPPrefix {
    /// The first two addresses of a subnet that hosts can have; of a single address, none or just that one.
    fileprivate var firstHosts: [IPAddress] {
        // RFC 3021 and RFC 6164: a subnet of two addresses has two hosts.
        let first: UInt128 = family.bitWidth - length > 1 ? 1 : 0
        return [first, first + 1].compactMap { address(at: $0) }
    }
}
