import NetworkTypes

/// Determines the destinations to which the host needs routes.
struct HostRouteNeeds {
    let registry: Registry
    /// The endpoints that need no route, although they have joined: they left their containers, or their links are gone.
    var absent: Set<EndpointID> = []

    /// Returns the destinations of networks; reads all endpoints if one of the networks has a route to each of its own.
    func destinations(of networks: some Sequence<Network>) -> [NetworkID: [IPPrefix]] {
        var found: [NetworkID: [IPPrefix]] = [:]
        var routed: Set<NetworkID> = []
        for network in networks {
            if network.hostRoutes == .endpoints {
                routed.insert(network.id)
            } else if !network.routedSubnets.isEmpty {
                found[network.id] = network.routedSubnets
            }
        }
        guard !routed.isEmpty else { return found }
        let endpoints = registry.endpoints.values.filter { routed.contains($0.networkID) && isPresent($0) }
        for endpoint in endpoints.sorted(by: { $0.id.text < $1.id.text }) {
            found[endpoint.networkID, default: []] += endpoint.hostPrefixes
        }
        return found
    }

    /// Returns the layer 3 networks that need a route to a destination, each in the table of its parent.
    func networks(needing destination: IPPrefix) -> [Network] {
        var found = registry.networks.values.filter { $0.routedSubnets.contains(destination) }
        guard destination.length == destination.family.bitWidth else { return found }
        for endpoint in registry.endpoints(with: destination.address) where isPresent(endpoint) {
            guard let network = registry.networks[endpoint.networkID], network.hostRoutes == .endpoints else {
                continue
            }
            found.append(network)
        }
        return found
    }

    private func isPresent(_ endpoint: Endpoint) -> Bool { endpoint.hasJoined && !absent.contains(endpoint.id) }
}

extension Endpoint {
    /// The endpoint's addresses as destinations of routes.
    var hostPrefixes: [IPPrefix] { addresses.map { IPPrefix(host: $0.address) } }
}
