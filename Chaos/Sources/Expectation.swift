/// The state that follows from the answered calls. A call whose answer was lost leaves both outcomes possible.
struct Expectation: Sendable {
    /// Networks that must exist.
    var networks: [String: NetworkPlan] = [:]
    /// Networks that may exist.
    var uncertainNetworks: [String: NetworkPlan] = [:]
    var endpoints: Set<String> = []
    var uncertainEndpoints: Set<String> = []

    static let nothing = Expectation([])

    static func + (first: Expectation, second: Expectation) -> Expectation {
        Expectation(
            networks: first.networks.merging(second.networks) { $1 },
            uncertainNetworks: first.uncertainNetworks.merging(second.uncertainNetworks) { $1 },
            endpoints: first.endpoints.union(second.endpoints),
            uncertainEndpoints: first.uncertainEndpoints.union(second.uncertainEndpoints))
    }
}

extension Expectation {
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
        /// A recorded network lacks a link or route in the kernel.
        case missing
        /// A link or route has no record, or a deleted object has one. It may exist until it reaches the orphan age.
        case orphan
    }

    let kind: Kind
    let description: String
}
