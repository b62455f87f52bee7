import TestSupport

/// One network with one endpoint, on their way from nothing to nothing by the six calls in their order.
struct Life {
    let network: NetworkPlan
    let endpoint: EndpointPlan
    let farewell: Container.Farewell
    /// How many of the calls have been answered.
    private(set) var answered = 0
    private var container: Container?

    init(_ kind: NetworkKind, number: Int, using generator: inout SeededGenerator) {
        network = NetworkPlan(id: generator.identifier(), kind: kind, number: number)
        endpoint = EndpointPlan(id: generator.identifier(), network: network, host: 5)
        farewell = generator.isOne(of: 2) ? .died : .returned
    }

    /// The next call.
    var next: Call.Kind { Call.Kind.allCases[answered] }

    /// What there must be between two calls, or, when a call's answer was lost, what there may be.
    func expectation(during call: Call.Kind? = nil) -> Expectation {
        var expectation = Expectation()
        switch call {
        case .createNetwork, .deleteNetwork: expectation.uncertainNetworks[network.id] = network
        case .createEndpoint, .join, .leave, .deleteEndpoint: expectation.networks[network.id] = network
        case nil where isThere(from: .createNetwork, to: .deleteNetwork): expectation.networks[network.id] = network
        case nil: break
        }
        // Before it has joined, and after it has left, the daemon may take an endpoint for forgotten.
        if isThere(from: .join, to: .leave), container != nil, call != .leave {
            expectation.endpoints.insert(endpoint.id)
        } else if isThere(from: .createEndpoint, to: .deleteEndpoint) || call == .createEndpoint {
            expectation.uncertainEndpoints.insert(endpoint.id)
        }
        return expectation
    }

    /// Takes note that the next call was answered, and does what the engine does then.
    mutating func goOn(_ host: inout Host) throws {
        switch next {
        case .join: container = try Container(endpoint, &host)
        case .leave:
            if farewell == .returned { try container?.returnLink() }
            container = nil
        case .createNetwork, .createEndpoint, .deleteEndpoint, .deleteNetwork: break
        }
        answered += 1
    }

    /// Has calls answered until this one is the next.
    mutating func advance(to call: Call.Kind, _ client: Client, _ host: inout Host) throws {
        while next != call {
            try client.succeed(Call.make(next, endpoint))
            try goOn(&host)
        }
    }

    /// Makes sure that the container, where there is one, has not noticed anything.
    func checkContainer() throws {
        guard let container, try !container.hasLink() else { return }
        throw ChaosError("the container of \(endpoint.id.prefix(12)) has lost its link (\(network))")
    }

    private func isThere(from first: Call.Kind, to last: Call.Kind) -> Bool {
        let order = Call.Kind.allCases
        guard let start = order.firstIndex(of: first), let end = order.firstIndex(of: last) else { return false }
        return answered > start && answered <= end
    }
}
