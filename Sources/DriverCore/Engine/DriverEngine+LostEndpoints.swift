import NetworkTypes

// Endpoints that are gone without the engine telling: it forgets them when it is killed (engine-protocol §0.2), when the
// answer to a call is lost, and when a link goes with its parent.

extension DriverEngine {
    /// How many times as long as a stray an endpoint is kept that has not been moved into a container: the engine may
    /// take long to make one, and up to 27 moves the link only then.
    private static var patienceWithEngine: Int { 20 }

    /// Forgets endpoints that have been without a place for some time: at every look their links were nowhere, or on the
    /// host. `elsewhere` are those that are in containers, nil when not all of these could be looked into.
    mutating func dropLostEndpoints(_ links: HostLinks, elsewhere: Set<EndpointID>?, at now: Duration) {
        let here = Set(
            links.all.compactMap { link in
                if case .endpoint(let id)? = link.owner { id } else { nil }
            })
        var suspects: [(subject: LostEndpoint, limit: Duration)] = []
        for endpoint in endpoints.values where elsewhere?.contains(endpoint.id) != true {
            let isGone = endpoint.hasJoined && !here.contains(endpoint.id)
            // It may be where one cannot look.
            if isGone, elsewhere == nil { continue }
            let suspect = LostEndpoint(id: endpoint.id, isGone: isGone)
            suspects.append((suspect, isGone ? orphanAge : orphanAge * Self.patienceWithEngine))
        }
        for lost in lostEndpoints.look(suspects, at: now) {
            let id = lost.id
            guard let endpoint = endpoints[id] else { continue }
            do throws(DriverError) {
                _ = try drop(id)
            } catch {
                // The record stays, and the endpoint with it; seen again at the next look.
                notice(.removalFailed(sentence: error.description))
                continue
            }
            repairs.endpointsDropped += 1
            notice(.endpointDropped(endpoint: id, network: endpoint.networkID, isLinkGone: lost.isGone))
        }
    }
}

/// An endpoint without a place. Its time begins anew when it is nowhere: it may have waited long for its container, and
/// be on the way into that at the very look.
struct LostEndpoint: Hashable {
    let id: EndpointID
    let isGone: Bool
}

extension Notice {
    fileprivate static func endpointDropped(endpoint: EndpointID, network: NetworkID, isLinkGone: Bool) -> Notice {
        Notice(
            "endpoint \(endpoint.short) of network \(network.short) is forgotten: "
                + (isLinkGone
                    ? "its link is gone, with its container or with its parent" : "it never got into a container"),
            about: "endpoint \(endpoint.short)")
    }
}
