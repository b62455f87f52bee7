package import NetworkTypes

/// The ways out of a network that an endpoint's interface is given.
package struct EndpointRoutes: Hashable, Sendable {
    /// The next hop of the default route, for each family that has one.
    package let gatewayIPv4: IPAddress?
    package let gatewayIPv6: IPAddress?
    /// Destinations that are reached over the interface without a next hop.
    package let connected: [IPPrefix]

    /// Chooses the routes of an endpoint with these addresses.
    ///
    /// - With a next hop per family: the gateway of the pool that holds the endpoint's own address, not of any other.
    /// - At layer 3 there are no neighbours to be a next hop: the default routes lead to the interface itself.
    /// - Without a way out, layer 3 still has to be told of the network's other subnets to reach them.
    init(of addresses: [IPPrefix], in network: Network) {
        let pools = addresses.compactMap { network.pool(of: $0.address) }
        if network.attachment.isLayer3 {
            gatewayIPv4 = nil
            gatewayIPv6 = nil
            connected =
                network.hasDefaultRoute
                ? AddressFamily.allCases.filter { family in addresses.contains { $0.family == family } }
                    .map { .everything($0) }
                : Self.otherSubnets(than: pools, in: network, for: addresses)
        } else {
            let gateways = network.hasDefaultRoute ? pools.compactMap(\.gateway) : []
            gatewayIPv4 = gateways.first { $0.family == .ipv4 }
            gatewayIPv6 = gateways.first { $0.family == .ipv6 }
            connected = []
        }
    }

    /// The subnets of the endpoint's families that it has no address in. A pool of everything, as `--ipam-driver
    /// null` names it, is no subnet.
    private static func otherSubnets(
        than own: [AddressPool],
        in network: Network,
        for addresses: [IPPrefix]
    ) -> [IPPrefix] {
        // A subnet may be given twice, with two ranges to take addresses from.
        var passed = Set(own.map(\.subnet))
        return network.pools.map(\.subnet).filter { subnet in
            subnet.length > 0 && addresses.contains { $0.family == subnet.family } && passed.insert(subnet).inserted
        }
    }
}
