import NetworkTypes

extension Driver {
    /// Creates a network, with its VLAN sub-interfaces or isolated parent and its host routes where it needs them.
    ///
    /// Swarm repeats the call for a network that it has created before: the same again changes nothing, another one of
    /// that identifier takes the old one's place together with its endpoints.
    package mutating func createNetwork(_ request: NetworkRequest) throws(DriverError) {
        try withoutPendingRemoval(.network(request.id)) { (driver) throws(DriverError) in
            try driver.create(request)
        }
    }

    private mutating func create(_ request: NetworkRequest) throws(DriverError) {
        retryPendingRemovals()
        let host = HostView(reader)
        let planned = try NetworkPlanner(host: host, registry: registry).network(request)
        guard !planned.isParentMissing else { return }
        let network = planned.network
        let known = registry.networks[network.id]
        // The endpoints of a network that is created anew are orphans in any case.
        if known != network { _ = try forgetEndpoints(of: network.id) }
        let provision = try provide(network, host)
        if known != network {
            do throws(DriverError) {
                try registry.save(network)
            } catch {
                applier.undo(provision.done)
                throw error
            }
            states[network.id] = .ready
            if let known { _ = removeSurroundings(of: known) }
            planned.notices.forEach { notice($0) }
        }
        states.setLacksRoutes(provision.hasWaitingRoutes, network.id)
    }

    /// Forgets a network with all its endpoints, and retires its parent where that was created for it and nobody else
    /// uses it; returns the removals that are under way, for a caller who wants to see them finished.
    ///
    /// The record goes first: should the program end in between, a link whose alias no record accounts for is plainly
    /// an orphan, whereas a record without its link could as well be in use.
    package mutating func deleteNetwork(_ id: NetworkID) throws(DriverError) -> [LinkRemoval] {
        retryPendingRemovals()
        return try forget(id)
    }
}
