/// The state that answered calls imply. Calls whose answer was lost leave both outcomes possible.
struct Expectation: Sendable {
    /// Networks that must be there.
    var networks: [String: NetworkPlan] = [:]
    /// Networks that may be there.
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

/// A difference between answers, records and kernel.
struct Complaint: Sendable, CustomStringConvertible {
    enum Kind: Sendable {
        /// An answered network has no record.
        case lostNetwork
        /// An answered endpoint has no record.
        case lostEndpoint
        /// A record whose links or routes the kernel lacks.
        case missing
        /// A link or route without a record, which may exist for a while.
        case orphan
    }

    let kind: Kind
    let description: String
}
