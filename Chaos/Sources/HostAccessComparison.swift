import NetworkTypes
import RouteNetlink

/// Compares the shims, and the routes of all networks, with what the recorded networks and endpoints need.
///
/// Nothing may be missing, and nothing may exist without need. The harness computes both from its own plans.
struct HostAccessComparison {
    private let state: HostState
    private let recorded: [NetworkPlan]
    /// The endpoints with a record that the host may reach, and those among them that it must reach.
    private let (allowed, needed): ([EndpointPlan], [EndpointPlan])

    init(_ state: HostState, _ recorded: [NetworkPlan], _ expected: Expectation, _ endpoints: Set<String>) {
        (self.state, self.recorded) = (state, recorded)
        let networks = Set(recorded.map(\.id))
        allowed = expected.reachable.values.filter { endpoints.contains($0.id) && networks.contains($0.network.id) }
        needed = allowed.filter { expected.endpoints.contains($0.id) }
    }

    var differences: [Difference] {
        let parents = Dictionary(grouping: recorded.filter(\.kind.hasHostAccess), by: \.linkName)
        return parents.flatMap { shimDifferences(on: $0, $1) } + routeDifferences()
    }

    /// The networks' shim on a parent: the link, its addresses, its neighbors and its filter.
    private func shimDifferences(on parent: String, _ networks: [NetworkPlan]) -> [Difference] {
        guard let lower = state.link(parent) else { return [] }
        let shims = state.shims.filter { $0.link.lowerIndex == lower.index }
        guard let shim = shims.first else { return [missing("\(parent) has no shim for \(networks[0])")] }
        let comparison = ShimComparison(
            shim: shim, lower: lower, networks: networks, state: state,
            allowed: allowed.filter { $0.network.linkName == parent },
            needed: needed.filter { $0.network.linkName == parent })
        let others = shims.dropFirst().map(\.link.name)
        return comparison.differences
            + others.map { Difference(kind: .orphan, description: "\($0) is a second shim on \(parent)") }
    }

    /// A route that a network or an endpoint needs, or may have.
    private struct Route: Hashable {
        let destination: String
        let link: String
        /// The preferred source; nil for any.
        let source: IPAddress?

        func matches(_ route: RouteMessage, _ state: HostState) -> Bool {
            route.destination.description == destination && state.name(of: route.link) == link
                && (source == nil || route.preferredSource == source)
        }
    }

    private func routeDifferences() -> [Difference] {
        let subnets = recorded.flatMap(routes)
        let (wanted, possible) = (subnets + needed.compactMap(route), subnets + allowed.compactMap(route))
        return wanted.filter { route in !state.routes.contains { route.matches($0, state) } }
            .map { missing("the route to \($0.destination) over \($0.link) from \(text($0.source)) does not exist") }
            + state.routes.filter { route in !possible.contains { $0.matches(route, state) } }.map { route in
                let text =
                    "a route to \(route.destination) over \(state.name(of: route.link)) "
                    + "from \(text(route.preferredSource)) has no network or endpoint"
                return Difference(kind: route.destination.length == 32 ? .access : .orphan, description: text)
            }
    }

    /// The routes to a network's subnet, which exist with a layer 3 network.
    private func routes(to network: NetworkPlan) -> [Route] {
        guard let subnet = network.routedSubnet, let parent = state.link(network.linkName) else { return [] }
        guard let shim = network.shimName else { return [Route(destination: subnet, link: parent.name, source: nil)] }
        guard let source = state.source(of: network, parent) else { return [] }
        return [Route(destination: subnet, link: shim, source: source)]
    }

    /// The route to an endpoint's address, which exists with a network of the parent's LAN.
    private func route(to endpoint: EndpointPlan) -> Route? {
        let network = endpoint.network
        guard network.routedSubnet == nil, let shim = network.shimName, let parent = state.link(network.linkName),
            let source = state.source(of: network, parent), let address = IPPrefix(endpoint.address)
        else { return nil }
        return Route(destination: IPPrefix(host: address.address).description, link: shim, source: source)
    }

    private func text(_ source: IPAddress?) -> String { source.map(\.description) ?? "any address" }

    private func missing(_ text: String) -> Difference { Difference(kind: .missing, description: text) }
}

extension HostState {
    /// The host's address in its traffic with a network; nil while it has none.
    func source(of network: NetworkPlan, _ parent: LinkMessage) -> IPAddress? {
        network.hostAddress.flatMap { IPAddress($0) } ?? ownAddress(of: parent)
    }
}
