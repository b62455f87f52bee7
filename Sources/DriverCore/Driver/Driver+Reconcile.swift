import NetworkTypes

// Reconciliation: repairs the host at startup, after changes on the host, and periodically.

extension Driver {
    /// Compares the host with the records and repairs what swiftvlan owns.
    ///
    /// Recreates, sets up or resizes VLAN sub-interfaces and isolated parents, adds host routes, removes orphans, and
    /// forgets endpoints whose containers are gone. Never changes what others created; a network whose parent is
    /// missing waits. Reports each change of a network's condition once.
    ///
    /// May be called at any time. `now` is the time since some fixed moment. Never fails: failed repairs are retried in
    /// the next round.
    package mutating func reconcile(at now: Duration, _ scope: ReconcileScope = .host) -> Reconciliation {
        retryPendingRemovals()
        applier.beginRound()
        let before = applier.report.changes
        var round = ReconcileRound(now: now, host: HostView(reader))
        do throws(DriverError) {
            let links = try round.host.links()
            // Read after the host's links, so that a link that moves into a container in between is seen at least once.
            let lost = scope == .everywhere ? findLost(here: links, &round) : []
            round.hasReadContainers = scope == .everywhere
            for network in registry.networks.values.sorted(by: { $0.id.text < $1.id.text }) {
                reconcileParent(of: network, &round)
            }
            try reconcileShims(&round)
            try reconcileRoutes(&round)
            try removeOrphanLinks(&round)
            if scope == .everywhere {
                forget(lost)
                try reportSharedAddresses(round.host)
            }
        } catch {
            round.isUnfinished = true
            applier.keepRefusals()
            notice(.readFailed(error.message))
        }
        return Reconciliation(
            isUnfinished: round.isUnfinished, isWatching: orphans.isWatching, didTry: applier.report.changes != before)
    }

    /// Returns the endpoints whose containers are gone.
    ///
    /// Returns none if the containers cannot be read; the other repairs go on.
    private mutating func findLost(here links: [HostLink], _ round: inout ReconcileRound) -> [LostEndpoint] {
        var elsewhere: Set<EndpointID>?
        do throws(DriverError) {
            elsewhere = try round.host.endpointsElsewhere()
        } catch {
            round.isUnfinished = true
            notice(.readFailed(error.message))
        }
        return orphans.lostEndpoints(here: links, elsewhere: elsewhere, registry, at: round.now)
    }

    // MARK: Parents

    private mutating func reconcileParent(of network: Network, _ round: inout ReconcileRound) {
        do throws(DriverError) {
            let plan = try ParentPlanner(host: round.host, registry: registry).plan(for: network)
            if let obstacle = plan.obstacle {
                guard try retireStale(plan, &round) else {
                    round.undecided.insert(network.id)
                    return
                }
                throw obstacle
            }
            let creates = plan.steps.contains { if case .create = $0 { true } else { false } }
            if creates { applier.report.count(.attempts) }
            let outcome = try apply(plan.steps, for: .reconciliation, round.host)
            round.include(outcome)
            for link in outcome.created {
                notice(
                    .linkCreatedAgain(
                        link: link.name, network: network.id, hasContainers: try hasContainers(link, round.host)),
                    counting: .linksCreated)
            }
            note(.ready, of: network)
        } catch {
            note(error, of: network, &round)
        }
    }

    /// Whether a container has joined a network that needs the link.
    private func hasContainers(_ link: HostLink, _ host: HostView) throws(DriverError) -> Bool {
        for id in registry.networksWithContainers {
            if let network = registry.networks[id], try host.isNeeded(link, by: network) { return true }
        }
        return false
    }

    /// Retires our links whose lower link's name now belongs to another link.
    ///
    /// Throws while a removal is under way. Returns false if it must wait for the next round.
    private mutating func retireStale(_ plan: ParentPlan, _ round: inout ReconcileRound) throws(DriverError) -> Bool {
        guard !plan.stale.isEmpty else { return true }
        guard round.mayRetireOneMore() else { return false }
        let removals = retireParents(plan.stale, evenIfNeeded: true)
        round.host.update(removals)
        if let removal = removals.first { throw .linkBeingRemoved(removal) }
        return true
    }

    private mutating func note(_ error: DriverError, of network: Network, _ round: inout ReconcileRound) {
        switch error.retry {
        case .linkBeingRemoved:
            round.isUnfinished = true
            round.undecided.insert(network.id)
        case .parentMissing(let link): note(.waiting(forLink: link), of: network)
        case .heldByDyingLink, nil:
            if error.refusal != nil { round.isUnfinished = true }
            note(.blocked(message: error.message), of: network)
        }
    }

    /// Records a network's condition, and reports it if it changed.
    private mutating func note(_ condition: NetworkCondition, of network: Network) {
        let before = states[network.id]
        states[network.id] = condition
        guard before != condition else { return }
        switch (before, condition) {
        case (_, .waiting(let link)):
            notice(.parentAway(link: link, network: network.id), counting: .parentsLost)
        case (_, .blocked(let message)): notice(.networkBlocked(network: network.id, message))
        case (.waiting(let link), .ready):
            notice(.parentBack(link: link, network: network.id), counting: .parentsFound)
        case (_, .ready): notice(.networkUsable(network: network.id))
        }
    }

    // MARK: Orphans

    private mutating func removeOrphanLinks(_ round: inout ReconcileRound) throws(DriverError) {
        for link in try orphans.orphanLinks(on: round.host, registry, at: round.now) {
            guard let owned = link.owned else { continue }
            let removals: [LinkRemoval]
            switch owned.owner {
            case .vlan, .isolatedParent: removals = round.mayRetireOneMore() ? retireParents([owned]) : []
            case .endpoint, .shim, .retired:
                removals = applier.remove([.retire(owned, seen: link)])
                // If it could not be removed, the next round finds it again.
                applier.cancel(.link(owned))
            }
            guard !removals.isEmpty else { continue }
            notice(.orphanLinkRemoved(link: link.name, alias: owned.owner.alias), counting: .orphansRemoved)
        }
    }

    private mutating func forget(_ endpoints: [LostEndpoint]) {
        // For all of them, because an endpoint without its parent needs a list of all our routes.
        let host = HostView(reader)
        for lost in endpoints {
            do throws(DriverError) {
                _ = try forgetIfPossible(lost.id, host)
            } catch {
                // The record stays, so the next round finds the endpoint again.
                notice(.removalFailed(error.message))
                continue
            }
            notice(.endpointForgotten(lost), counting: .endpointsForgotten)
        }
    }

    /// Reports each container address that the host now has too, once.
    private mutating func reportSharedAddresses(_ host: HostView) throws(DriverError) {
        guard !registry.endpoints.isEmpty else { return sharedAddresses = [] }
        let shared = try HostAddressFinder(host: host).addressesInUse(by: registry)
        for new in shared where !sharedAddresses.contains(new) { notice(.addressShared(new)) }
        sharedAddresses = Set(shared)
    }
}
