import NetworkTypes

// Reconciliation of shims: what a restart, a change of the host's addresses or another program left different.

extension Driver {
    /// Compares the shims of all parents with what their networks need; retires those that no network needs.
    mutating func reconcileShims(_ round: inout ReconcileRound) throws(DriverError) {
        let shims = try round.host.links().filter { $0.owner == .shim && $0.isAlive }
        let networks = registry.networks.values.filter { $0.hostAccess != nil }
        guard !shims.isEmpty || !networks.isEmpty else {
            if !access.unserved.isEmpty { access.unserved = [] }
            return
        }
        try retireUnneeded(shims, round.host)
        var parents: [InterfaceIndex: HostLink] = [:]
        for network in networks where isUsable(network, round) {
            guard let parent = try round.host.link(of: network.parent), parent.isAlive else { continue }
            parents[parent.index] = parent
        }
        var unserved = access.unserved.filter { family in
            registry.networks[family.network].map { !isUsable($0, round) } ?? false
        }
        // Once for all parents: a round over many of them would otherwise read all endpoints for each.
        let joined = accessPlanner(round.host).joinedEndpoints(of: networks)
        for parent in parents.values.sorted(by: { $0.index.number < $1.index.number }) {
            guard let plan = try accessPlanner(round.host).plan(on: parent, joined: joined) else { continue }
            try reconcileShim(plan, &round)
            unserved.formUnion(plan.unserved)
        }
        access.problems = access.problems.filter { parents[$0.key] != nil }
        report(unserved, round.host)
    }

    /// A shim is created and recorded within one call, so one that no network needs is an orphan at once.
    private mutating func retireUnneeded(_ shims: [HostLink], _ host: HostView) throws(DriverError) {
        // While a network's record is unreadable, its containers may need any shim.
        guard registry.unreadable.isEmpty else { return }
        for shim in shims {
            guard let owned = shim.owned, try !accessPlanner(host).isNeeded(shim) else { continue }
            let removals = applier.remove([.retire(owned, seen: shim)])
            // If it could not be removed, the next round finds it again.
            applier.cancel(.link(owned))
            guard !removals.isEmpty else { continue }
            host.update(removals)
            notice(.orphanLinkRemoved(link: shim.name, alias: LinkOwner.shim.alias), counting: .orphansRemoved)
        }
    }

    private mutating func reconcileShim(_ plan: ShimPlan, _ round: inout ReconcileRound) throws(DriverError) {
        guard try !retireMisshapen(plan, &round) else { return }
        let planner = accessPlanner(round.host)
        let links: Outcome
        do throws(DriverError) {
            links = try apply(try planner.linkSteps(plan), for: .reconciliation, round.host)
            access.problems[plan.parent.index] = nil
        } catch {
            note(error, shimOn: plan.parent, &round)
            return
        }
        round.include(links)
        guard let shim = try round.host.shim(on: plan.parent) else { return }
        if !links.created.isEmpty {
            notice(.shimCreatedAgain(link: shim.name, parent: plan.parent.name), counting: .linksCreated)
        }
        let steps = try planner.contentSteps(plan, on: shim)
        let outcome = try apply(steps.additions + steps.removals, for: .reconciliation, round.host)
        round.include(outcome)
        if outcome.hasWaitingRoutes { round.isUnfinished = true }
        report(outcome, on: shim, isNew: !links.created.isEmpty)
        round.shimRoutes.formUnion(plan.routes(over: shim))
        round.served[plan.parent.index] = try served(plan, over: shim, round.host)
    }

    /// Retires a shim whose kind or mode another program changed; the next round creates it again.
    private mutating func retireMisshapen(
        _ plan: ShimPlan, _ round: inout ReconcileRound
    ) throws(DriverError) -> Bool {
        guard let shim = try round.host.shim(on: plan.parent), shim.kind != HostLinkKind(plan.attachment),
            let owned = shim.owned
        else { return false }
        round.host.update(applier.remove([.retire(owned, seen: shim)]))
        round.isUnfinished = true
        return true
    }

    private mutating func note(_ error: DriverError, shimOn parent: HostLink, _ round: inout ReconcileRound) {
        round.isUnfinished = true
        if case .linkBeingRemoved = error.retry { return }
        guard access.problems[parent.index] != error.message else { return }
        access.problems[parent.index] = error.message
        notice(.shimMissing(parent: parent.name, error.message))
    }

    /// Reports what changed on a shim; for a new one, that it was created says enough.
    private mutating func report(_ outcome: Outcome, on shim: HostLink, isNew: Bool) {
        let routes = outcome.addedRoutes.count + outcome.replacedRoutes.count + outcome.removedRoutes.count
        let changes = outcome.shimChanges + routes
        guard changes > 0 else { return }
        applier.report.count(.shimEntriesChanged, times: changes)
        if !isNew { notice(.shimChanged(link: shim.name, changes: changes)) }
    }

    /// Reports the families that the host cannot reach, and those that it can reach again, once.
    private mutating func report(_ unserved: Set<UnservedFamily>, _ host: HostView) {
        let former = access.unserved
        access.unserved = unserved
        for family in unserved.subtracting(former) {
            guard let network = registry.networks[family.network] else { continue }
            let parent = (try? host.link(of: network.parent))?.name ?? network.parent.linkName.text
            notice(.familyUnserved(family.family, of: network, parent: parent))
        }
        for family in former.subtracting(unserved) {
            guard let network = registry.networks[family.network], network.hostAccess != nil else { continue }
            notice(.familyServed(family.family, of: network))
        }
    }
}

extension Notice {
    fileprivate static func shimCreatedAgain(link: String, parent: String) -> Notice {
        Notice(
            "link \"\(link)\", over which the host reaches the containers on \"\(parent)\", was gone and has been created "
                + "again", about: .link(link))
    }

    fileprivate static func shimMissing(parent: String, _ reason: String) -> Notice {
        Notice(
            "the host cannot reach the containers on \"\(parent)\" for now: \(reason)", .problem, about: .link(parent))
    }

    fileprivate static func shimChanged(link: String, changes: Int) -> Notice {
        Notice(
            "the host's access to containers over link \"\(link)\" was outdated or changed by another program, "
                + "and has been corrected (\(changes) change\(changes == 1 ? "" : "s") of addresses, neighbors, routes or the filter)",
            about: .link(link))
    }
}
