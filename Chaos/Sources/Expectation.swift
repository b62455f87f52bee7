/// The state that follows from the answered calls. A call whose answer was lost leaves both outcomes possible.
struct Expectation: Sendable {
    /// Networks that must exist.
    var networks: [String: NetworkPlan] = [:]
    /// Networks that may exist.
    var uncertainNetworks: [String: NetworkPlan] = [:]
    var endpoints: Set<String> = []
    var uncertainEndpoints: Set<String> = []
    /// The endpoints in networks with host access that the host may reach while they have a record. It must reach those
    /// that must exist.
    var reachable: [String: EndpointPlan] = [:]

    static let nothing = Expectation([])

    static func + (first: Expectation, second: Expectation) -> Expectation {
        Expectation(
            networks: first.networks.merging(second.networks) { $1 },
            uncertainNetworks: first.uncertainNetworks.merging(second.uncertainNetworks) { $1 },
            endpoints: first.endpoints.union(second.endpoints),
            uncertainEndpoints: first.uncertainEndpoints.union(second.uncertainEndpoints),
            reachable: first.reachable.merging(second.reachable) { $1 })
    }
}

extension Expectation {
    /// Notes that the host may reach an endpoint, if its network has host access.
    mutating func allowAccess(to endpoint: EndpointPlan) {
        if endpoint.network.kind.hasHostAccess { reachable[endpoint.id] = endpoint }
    }

    init(_ networks: [NetworkPlan]) {
        self.init(networks: Dictionary(uniqueKeysWithValues: networks.map { ($0.id, $0) }))
    }
}

/// A difference between the answers, the records and the kernel.
struct Difference: Sendable, CustomStringConvertible {
    enum Kind: Sendable {
        /// An answered network has no record.
        case lostNetwork
        /// An answered endpoint has no record.
        case lostEndpoint
        /// A recorded network lacks a link or route in the kernel, or the host cannot reach an endpoint.
        case missing
        /// A link, a route, or a part of a shim has no record, or a deleted object has one. It may exist until it reaches
        /// the orphan age.
        case orphan
        /// The host has a route or a neighbor for an endpoint that has left. It may exist as long as an orphan.
        case access
    }

    let kind: Kind
    let description: String
}
