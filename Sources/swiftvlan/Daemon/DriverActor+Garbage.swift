import ControlAPI
import DriverCore
import Logging
import RemoteDriver

extension DriverActor {
    /// Forgets networks and endpoints that Docker no longer has, and logs each.
    ///
    /// Returns the removals that are under way, and whether some could not be begun.
    func collectGarbage(
        _ request: GarbageRequest
    ) -> (document: GarbageDocument, removals: [LinkRemoval], hasPending: Bool) {
        guard !isStopping else {
            return (GarbageDocument(refusals: ["the daemon is stopping; try again once it runs"]), [], false)
        }
        let networks = request.networks.compactMap { NetworkID($0) }
        let endpoints = request.endpoints.compactMap { EndpointID($0) }
        let places = places(of: networks, endpoints)
        let recentCalls = recentCalls
        let outcome = driver.collectGarbage(networks: networks, endpoints: endpoints) { id in
            recentCalls.mayConcern(id.text, since: request.asOf)
        }
        for id in outcome.endpoints {
            logger.notice("Endpoint removed, which Docker no longer has", metadata: places[id.text] ?? [:])
        }
        for id in outcome.networks {
            logger.notice("Network removed, which Docker no longer has", metadata: places[id.text] ?? [:])
        }
        finishGarbage()
        let unusable =
            request.networks.filter { NetworkID($0) == nil } + request.endpoints.filter { EndpointID($0) == nil }
        let document = GarbageDocument(
            networks: outcome.networks.map(\.text), endpoints: outcome.endpoints.map(\.text),
            refusals: outcome.refusals
                + unusable.map { "\"\(EventText.clipped($0, to: 64))\" is no identifier; take it from the status" })
        return (document, outcome.removals, driver.hasPendingRemovals)
    }

    /// The metadata of each network and endpoint, by identifier.
    private func places(of networks: [NetworkID], _ endpoints: [EndpointID]) -> [String: Logger.Metadata] {
        let snapshot = driver.snapshot
        func place(_ id: NetworkID) -> Logger.Metadata {
            let place: Logger.Metadata = ["network.id": "\(id)"]
            return place.merging(snapshot.networks[id]?.parent.metadata ?? [:]) { $1 }
        }
        var places: [String: Logger.Metadata] = [:]
        for id in networks { places[id.text] = place(id) }
        for id in endpoints {
            guard let network = snapshot.endpoints[id]?.networkID else { continue }
            places[id.text] = place(network).merging(["endpoint.id": "\(id)"]) { $1 }
        }
        return places
    }

    private func finishGarbage() {
        let withdrawals = driver.takeWithdrawals()
        if let lan, !withdrawals.isEmpty { lan.withdraw(withdrawals) }
        logNotices()
        reportStatus()
    }
}
