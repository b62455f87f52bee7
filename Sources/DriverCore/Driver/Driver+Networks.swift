import NetworkTypes

extension Driver {
    /// Creates a network with the VLAN sub-interfaces or isolated parent and the host routes that it needs.
    ///
    /// Swarm repeats the call for a network that it created before. An identical request changes nothing; a different
    /// one with the same identifier replaces the old network and its endpoints.
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
        if let shim = planned.staleShim { try retireStale(shim) }
        let network = planned.network
        let known = registry.networks[network.id]
        if known != network { try checkLANOptions(of: network) }
        // The endpoints of a replaced network are orphans in any case.
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
            if network.hostAccess != nil { noteUnserved(on: provision.parent, host) }
            if let known { _ = removeSurroundings(of: known) }
            planned.notices.forEach { notice($0) }
        }
        states.setLacksRoutes(provision.hasWaitingRoutes, network.id)
    }

    /// Forgets a network and its endpoints, and retires its parent if swiftvlan created it and nothing else uses it.
    ///
    /// Returns the removals that are under way, so that a caller can wait for them.
    ///
    /// The record is removed first. If the daemon dies in between, a link whose alias has no record is clearly an
    /// orphan, but a record without its link could still be in use.
    package mutating func deleteNetwork(_ id: NetworkID) throws(DriverError) -> [LinkRemoval] {
        retryPendingRemovals()
        return try forget(id)
    }
}
