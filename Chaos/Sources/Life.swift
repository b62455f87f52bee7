import TestSupport

/// The life of a network with one endpoint: the six calls in order.
struct Life {
    let network: NetworkPlan
    let endpoint: EndpointPlan
    let ending: Container.Ending
    /// The number of answered calls.
    private(set) var answered = 0
    private var container: Container?
    /// Whether the daemon may have forgotten that the endpoint has left.
    private var hasForgottenLeave = false

    init(_ kind: NetworkKind, number: Int, using generator: inout SeededGenerator) {
        network = NetworkPlan(id: generator.identifier(), kind: kind, number: number)
        endpoint = EndpointPlan(id: generator.identifier(), network: network, host: 5)
        ending = generator.isOne(of: 2) ? .died : .returned
    }

    /// The next call.
    var next: Call.Kind { Call.Kind.allCases[answered] }

    /// The state to expect between two calls, or after a call whose answer was lost.
    func expectation(during call: Call.Kind? = nil) -> Expectation {
        var expectation = Expectation()
        switch call {
        case .createNetwork, .deleteNetwork: expectation.uncertainNetworks[network.id] = network
        case .createEndpoint, .join, .leave, .deleteEndpoint: expectation.networks[network.id] = network
        case nil where exists(from: .createNetwork, to: .deleteNetwork): expectation.networks[network.id] = network
        case nil: break
        }
        // The daemon may remove an endpoint as lost before it has joined and after it has left.
        if exists(from: .join, to: .leave), container != nil, call != .leave {
            expectation.endpoints.insert(endpoint.id)
        } else if exists(from: .createEndpoint, to: .deleteEndpoint) || call == .createEndpoint {
            expectation.uncertainEndpoints.insert(endpoint.id)
        }
        // The host may reach the container from the first to the last moment of these calls.
        if call == .join || exists(from: .join, to: .leave)
            || hasForgottenLeave && exists(from: .leave, to: .deleteEndpoint)
        {
            expectation.allowAccess(to: endpoint)
        }
        return expectation
    }

    /// Notes that the daemon was restarted. It remembers only in memory that an endpoint has left.
    mutating func noteRestart() { hasForgottenLeave = true }

    /// Records that the next call was answered, and takes the engine's action after it.
    mutating func proceed(_ host: inout Host) throws {
        switch next {
        case .join: container = try Container(endpoint, &host)
        case .leave:
            if ending == .returned { try container?.returnLink() }
            container = nil
            hasForgottenLeave = false
        case .createNetwork, .createEndpoint, .deleteEndpoint, .deleteNetwork: break
        }
        answered += 1
    }

    /// Makes all calls before this one.
    mutating func advance(to call: Call.Kind, _ client: Client, _ host: inout Host) throws {
        while next != call {
            try client.succeed(Call.make(next, endpoint))
            try proceed(&host)
        }
    }

    /// Expects the container, if one runs, to have its link.
    func checkContainer() throws {
        guard let container, try !container.hasLink() else { return }
        throw ChaosError("endpoint \(endpoint.id.prefix(12)) has lost its link (\(network))")
    }

    private func exists(from first: Call.Kind, to last: Call.Kind) -> Bool {
        let order = Call.Kind.allCases
        guard let start = order.firstIndex(of: first), let end = order.firstIndex(of: last) else { return false }
        return answered > start && answered <= end
    }
}
