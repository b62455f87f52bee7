import NetworkTypes

// Forgets what Docker has lost without a call, at an operator's request.

/// What became of networks and endpoints that Docker no longer has.
package struct GarbageOutcome: Sendable {
    package fileprivate(set) var networks: [NetworkID] = []
    package fileprivate(set) var endpoints: [EndpointID] = []
    /// Why a network or endpoint stays, one sentence each.
    package fileprivate(set) var refusals: [String] = []
    /// The removals that are under way.
    package fileprivate(set) var removals: [LinkRemoval] = []

    package init() {}
}

extension Driver {
    /// Forgets endpoints and networks that Docker no longer has, as its calls to delete them would.
    ///
    /// An endpoint whose link is in a container stays, and a network with an endpoint that stays. What is not known is
    /// left out. Reads the containers' network namespaces.
    package mutating func collectGarbage(
        networks: [NetworkID], endpoints: [EndpointID], isInUse: (any EngineIdentifier) -> Bool
    ) -> GarbageOutcome {
        var outcome = GarbageOutcome()
        let known = endpoints.filter { registry.endpoints[$0] != nil }
        if !known.isEmpty { forget(known, isInUse, &outcome) }
        for id in networks where registry.networks[id] != nil {
            let left = registry.endpoints(of: id).count
            if isInUse(id) {
                outcome.refusals.append(.recentlyCalled("network \(id.short)"))
            } else if left > 0 {
                outcome.refusals.append(.hasEndpoints(id, count: left))
            } else {
                do throws(DriverError) {
                    outcome.removals += try deleteNetwork(id)
                    outcome.networks.append(id)
                } catch {
                    outcome.refusals.append("network \(id.short) stays: \(error)")
                }
            }
        }
        return outcome
    }

    private mutating func forget(
        _ endpoints: [EndpointID], _ isInUse: (any EngineIdentifier) -> Bool, _ outcome: inout GarbageOutcome
    ) {
        do throws(DriverError) {
            let elsewhere = try reader.endpointsElsewhere()
            for id in endpoints {
                guard let endpoint = registry.endpoints[id] else { continue }
                if isInUse(id) {
                    outcome.refusals.append(.recentlyCalled("endpoint \(id.short)"))
                } else if let refusal = obstacle(to: endpoint, elsewhere) {
                    outcome.refusals.append(refusal)
                } else {
                    if let removal = try deleteEndpoint(id) { outcome.removals.append(removal) }
                    outcome.endpoints.append(id)
                }
            }
        } catch {
            outcome.refusals.append("endpoints stay: \(error)")
        }
    }

    /// The reason why an endpoint must stay.
    private func obstacle(to endpoint: Endpoint, _ elsewhere: Set<EndpointID>?) -> String? {
        let subject = "endpoint \(endpoint.id.short)"
        if elsewhere?.contains(endpoint.id) == true {
            return "\(subject) stays: its link is in a container that runs; stop that container first"
        }
        guard endpoint.hasJoined, elsewhere == nil else { return nil }
        return "\(subject) stays: not all containers' network namespaces can be read, and its link may "
            + "be in one of them"
    }
}

extension String {
    fileprivate static func recentlyCalled(_ subject: String) -> String {
        "\(subject) stays: Docker has called swiftvlan about it just now; try again in a minute"
    }

    fileprivate static func hasEndpoints(_ id: NetworkID, count: Int) -> String {
        "network \(id.short) stays: it still has \(count) endpoint\(count == 1 ? "" : "s")"
    }
}
