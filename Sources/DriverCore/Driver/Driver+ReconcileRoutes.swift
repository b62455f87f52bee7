import NetworkTypes

// Reconciliation of host routes: what a restart, a parent that was down or another program left different.

extension Driver {
    /// Adds missing host routes, and removes our orphaned ones.
    mutating func reconcileRoutes(_ round: inout ReconcileRound) throws(DriverError) {
        guard orphans.needsRoutes(registry) else { return }
        let host = round.host
        var wanted = round.shimRoutes
        _ = try host.ownRoutes()
        noteNewParents(&round)
        let planner = HostRoutePlanner(host: host, registry: registry, absent: absentEndpoints)
        let destinations = HostRouteNeeds(registry: registry, absent: absentEndpoints)
            .destinations(of: registry.networks.values)
        for (id, destinations) in destinations {
            guard let network = registry.networks[id], let parent = routedParent(of: network, round) else { continue }
            let served = round.served[parent.index] ?? []
            let table = try host.table(of: parent)
            for destination in destinations where !served.contains(destination) {
                wanted.insert(HostRoute(to: destination, over: parent.index, in: table))
            }
            let steps = try planner.steps(to: destinations, of: network, over: parent, besides: served)
            let outcome = try apply(steps, for: .reconciliation, host)
            states.setLacksRoutes(outcome.hasWaitingRoutes, id)
            report(outcome, of: network, over: parent, &round)
        }
        try removeOrphanRoutes(wanted, destinations, round)
    }

    /// Finds out which endpoints still have links, if a parent is another link than in the last round.
    ///
    /// The links of the containers on the former parent were deleted with it, so the new one gets no routes to them.
    private mutating func noteNewParents(_ round: inout ReconcileRound) {
        var hasNew = false
        for network in registry.networks.values where network.hostRoutes == .endpoints {
            guard let parent = routedParent(of: network, round) else { continue }
            if states.isNew(parent.index, for: network.id) { hasNew = true }
        }
        guard hasNew, !round.hasReadContainers else { return }
        do throws(DriverError) {
            // The links on the host were read first, so that one on its way into a container is seen at least once.
            let links = try round.host.links()
            orphans.noteMissing(here: links, elsewhere: try round.host.endpointsElsewhere(), registry)
        } catch {
            round.isUnfinished = true
            notice(.readFailed(error.message))
        }
    }

    /// Returns the parent over which a network needs routes now.
    ///
    /// A network that waits, or whose link name another link has taken, needs none.
    private func routedParent(of network: Network, _ round: ReconcileRound) -> HostLink? {
        guard isUsable(network, round), let parent = try? round.host.link(of: network.parent), parent.isAlive,
            parent.isUp
        else { return nil }
        return parent
    }

    private mutating func removeOrphanRoutes(
        _ wanted: Set<HostRoute>, _ destinations: [NetworkID: [IPPrefix]], _ round: ReconcileRound
    ) throws(DriverError) {
        // Routes of networks that are unusable for now, for example because their parents were renamed.
        let unusable = registry.networks.values.filter { !isUsable($0, round) }
        let waiting = Set(unusable.flatMap { destinations[$0.id] ?? [] })
        let found = orphans.orphanRoutes(
            among: try round.host.ownRoutes(), registry,
            isAccountedFor: { route in
                if wanted.contains(route) || waiting.contains(route.destination) { return true }
                return unusable.contains { $0.hostAccess != nil && $0.pool(of: route.destination.address) != nil }
            }, at: round.now)
        let outcome = try apply(found.map { .removeRoute($0) }, for: .reconciliation, round.host)
        reportRemoved(outcome)
    }

    func isUsable(_ network: Network, _ round: ReconcileRound) -> Bool {
        states[network.id] == .ready && !round.undecided.contains(network.id)
    }

    private mutating func report(
        _ outcome: Outcome, of network: Network, over parent: HostLink, _ round: inout ReconcileRound
    ) {
        round.include(outcome)
        reportRemoved(outcome)
        let added = outcome.addedRoutes
        applier.report.count(.routesAdded, times: added.count)
        // Routes over a link that was just created are not worth a notice: they were deleted with it.
        guard !round.created.contains(parent.index) else { return }
        // A parent that was down can have lost the routes to thousands of endpoints.
        if added.count > 1, network.hostRoutes == .endpoints {
            notice(.routesAddedAgain(added.count, of: network.id, over: parent.name))
        } else {
            for route in added { notice(.routeAddedAgain(to: route.destination, over: parent.name)) }
        }
    }

    private mutating func reportRemoved(_ outcome: Outcome) {
        for route in outcome.removedRoutes {
            notice(.orphanRouteRemoved(to: route.destination), counting: .orphansRemoved)
        }
    }
}

extension Notice {
    fileprivate static func routeAddedAgain(to destination: IPPrefix, over link: String) -> Notice {
        Notice(
            "the host's route to \(destination) over \"\(link)\" was gone and has been added again",
            about: .route(to: destination))
    }

    fileprivate static func routesAddedAgain(_ count: Int, of network: NetworkID, over link: String) -> Notice {
        Notice(
            "\(count) of the host's routes to containers of network \(network.short) over \"\(link)\" were gone and have "
                + "been added again", about: .link(link), in: network)
    }

    fileprivate static func orphanRouteRemoved(to destination: IPPrefix) -> Notice {
        Notice("removed the host's orphaned route to \(destination)", about: .route(to: destination))
    }
}
