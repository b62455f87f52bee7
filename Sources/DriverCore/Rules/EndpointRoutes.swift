package import NetworkTypes

/// The routes of an endpoint's interface.
package struct EndpointRoutes: Hashable, Sendable {
    /// The next hop of the family's default route; nil if it has none.
    ///
    /// It is in the endpoint's own subnet or the destination of one of the routes, because the engine looks up the way
    /// to it (moby libnetwork/osl/route_linux.go).
    package let gatewayIPv4: IPAddress?
    package let gatewayIPv6: IPAddress?
    /// The other routes. Those without a next hop are first, because a next hop may be reached through one of them.
    package let routes: [StaticRoute]

    /// Whether there is a default route for IPv4.
    package var hasIPv4DefaultRoute: Bool {
        gatewayIPv4 != nil || routes.contains { $0.destination == .everything(.ipv4) }
    }

    /// Chooses the routes of an endpoint.
    ///
    /// - The default route of a family uses the router that the user named for it, otherwise the gateway of the pool
    ///   with the endpoint's own address, never another pool's.
    /// - A router outside the endpoint's subnet is still on the link: it gets a route without a next hop.
    /// - At layer 3, a network without a way out still needs routes to its other subnets.
    /// - The user's routes are included if the endpoint can follow them from its own subnets.
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

    /// Returns the next hop of the default route of an address's family.
    private static func gateway(for address: IPPrefix, _ settings: LinkSettings, in network: Network) -> IPAddress? {
        guard network.hasWayOut else { return nil }
        if let router = settings.routers.first(where: { $0.family == address.family }) { return router }
        guard settings.hasGateway else { return nil }
        let gateway = network.pool(of: address.address)?.gateway
        return network.attachment.isLayer3 ? layer3Gateway(for: address, gateway) : gateway
    }

    /// Returns a next hop at layer 3: any other address of the subnet, preferably the one that the engine knows.
    ///
    /// No packet is sent there: the kernel routes packets of such links by destination only (`ipvlan_process_outbound`)
    /// and resolves no neighbor (`IFF_NOARP`). But with a next hop, the engine treats the network like any other: in a
    /// container with several networks, it installs one default route. Without a next hop, engines before 28.0 install
    /// one per network, and fail at the second with "file exists".
    private static func layer3Gateway(for address: IPPrefix, _ gateway: IPAddress?) -> IPAddress? {
        if let gateway, gateway != address.address, address.contains(gateway) { return gateway }
        return address.firstHosts.first { $0 != address.address }
    }

    /// Returns the default routes of the endpoint's families without a next hop: at layer 3 the interface is the way.
    private static func defaultRoutes(of addresses: [IPPrefix], besides gateways: [IPAddress]) -> [IPPrefix] {
        AddressFamily.allCases.filter { family in
            addresses.contains { $0.family == family } && !gateways.contains { $0.family == family }
        }.map { .everything($0) }
    }

    /// Returns the subnets of the endpoint's families that it has no address in.
    ///
    /// The pool of all addresses that `--ipam-driver null` names does not count.
    private static func otherSubnets(
        than own: [AddressPool], in network: Network, for addresses: [IPPrefix]
    ) -> [IPPrefix] {
        // A subnet may be given twice, with two ranges to assign addresses from.
        var seen = Set(own.map(\.subnet))
        return network.pools.map(\.subnet).filter { subnet in
            subnet.length > 0 && addresses.contains { $0.family == subnet.family } && seen.insert(subnet).inserted
        }
    }

    /// Returns the routes of the endpoint's families that it can reach.
    ///
    /// A next hop must be in its own subnets, a router on the link, or reached through another of the routes; the
    /// engine fails on any other.
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
    /// The first two host addresses of a subnet; for a single address, none or only that one.
    fileprivate var firstHosts: [IPAddress] {
        // RFC 3021 and RFC 6164: a subnet of two addresses has two hosts.
        let first: UInt128 = family.bitWidth - length > 1 ? 1 : 0
        return [first, first + 1].compactMap { address(at: $0) }
    }
}
