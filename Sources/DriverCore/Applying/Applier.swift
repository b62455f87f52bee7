import NetworkTypes

/// Applies steps to the host, undoes them when a later one fails, and keeps removals to retry.
struct Applier {
    let host: any HostWriter
    private(set) var pendingRemovals: [PendingRemoval] = []
    /// The steps that the kernel refused in this round of reconciliation and in the last one, with its reason.
    ///
    /// A refusal is reported only when its reason is new.
    private var refusals: [RefusedStep: String] = [:]
    private var formerRefusals: [RefusedStep: String] = [:]
    /// Notices for users, and counts of repairs.
    var report = Report()

    init(_ host: any HostWriter) { self.host = host }

    /// Applies steps in order; when one fails, undoes the ones before it.
    mutating func apply(_ steps: [Step], _ context: StepContext) throws(DriverError) -> Outcome {
        var outcome = Outcome()
        for step in steps {
            do throws(DriverError) {
                if try carryOut(step, context, &outcome) { outcome.done.append(step) }
            } catch {
                undo(outcome.done)
                context.host.update(Outcome(changed: outcome.changed))
                throw error
            }
        }
        return outcome
    }

    /// Undoes steps that were applied, the last one first.
    mutating func undo(_ done: [Step]) { _ = remove(done.reversed().compactMap(\.inverse)) }

    /// Applies one step; returns whether it changed anything.
    private mutating func carryOut(
        _ step: Step, _ context: StepContext, _ outcome: inout Outcome
    ) throws(DriverError) -> Bool {
        switch step {
        case .create(let spec):
            let link = try create(try spec.plan(context, after: outcome), context.explainer)
            outcome.created.append(link)
            return true
        case .setUp(let link): return setUp(outcome.current(link), &outcome)
        case .setMTU(let mtu, let link): return setMTU(mtu, outcome.current(link), &outcome)
        case .setAddressGeneration(let isOn, let link):
            return setAddressGeneration(isOn, outcome.current(link), &outcome)
        case .addRoute(let route): return try add(route, context, &outcome)
        case .removeRoute(let route): return try removeStale(route, context.purpose, &outcome)
        case .replaceRoute, .addAddress, .removeAddress, .addNeighbor, .removeNeighbor, .setSources:
            return try changeShim(step, context, &outcome)
        case .retire, .release: return !remove([step]).isEmpty
        }
    }

    /// Creates a link. If the kernel refuses, tries again unless the explainer finds the reason.
    private func create(_ plan: HostLinkPlan, _ explainer: RefusalExplainer) throws(DriverError) -> HostLink {
        let refusal: DriverError
        do throws(DriverError) {
            return try host.create(plan)
        } catch {
            refusal = error
        }
        if let link = try explainer.explain(refusal, of: plan) { return link }
        do throws(DriverError) {
            return try host.create(plan)
        } catch {
            throw explainer.finalReason(error, of: plan)
        }
    }

    // MARK: Upkeep (never fails a call)

    private mutating func setUp(_ link: HostLink, _ outcome: inout Outcome) -> Bool {
        do throws(DriverError) {
            try host.setUp(link)
            outcome.changed.append(link.with { $0.isUp = true })
            report.add(.linkSetUp(link: link.name), counting: .linksSetUp)
            return true
        } catch {
            outcome.isUnfinished = true
            note(.setUp(link.index), refused: error.message, .linkNotSetUp(link: link.name, error.message))
            return false
        }
    }

    private mutating func setMTU(_ mtu: Int, _ link: HostLink, _ outcome: inout Outcome) -> Bool {
        let step = RefusedStep.setMTU(mtu, of: link.index)
        // The parent's MTU leaves no room for the tag; asking again is pointless.
        if let reason = refusals[step] ?? formerRefusals[step] {
            refusals[step] = reason
            return false
        }
        do throws(DriverError) {
            try host.setMTU(mtu, of: link)
            outcome.changed.append(link.with { $0.mtu = mtu })
            report.add(.mtuRaised(link: link.name, mtu: mtu), counting: .mtusRaised)
            return true
        } catch {
            note(step, refused: error.message, .mtuNotRaised(link: link.name, error.message))
            return false
        }
    }

    private mutating func setAddressGeneration(_ isOn: Bool, _ link: HostLink, _ outcome: inout Outcome) -> Bool {
        do throws(DriverError) {
            try host.setAddressGeneration(isOn, of: link)
            outcome.changed.append(link.with { $0.generatesAddress = isOn })
            report.add(.addressGenerationSet(isOn, link: link.name), counting: .addressesSet)
            return true
        } catch {
            let step = RefusedStep.setAddressGeneration(isOn, of: link.index)
            note(step, refused: error.message, .addressGenerationNotSet(isOn, link: link.name, error.message))
            return false
        }
    }

    // MARK: Routes

    private mutating func add(
        _ route: HostRoute, _ context: StepContext, _ outcome: inout Outcome
    ) throws(DriverError) -> Bool {
        do throws(DriverError) {
            try host.add(route)
            outcome.addedRoutes.append(route)
            return true
        } catch {
            switch (error.refusal, context.purpose) {
            // Another program added a route since ours were read. It may serve or be in the way; we never change it.
            case (.alreadyExists, _): break
            case (.linkDown, _): outcome.hasWaitingRoutes = true
            case (_, .call): throw error
            case (_, .reconciliation):
                outcome.isUnfinished = true
                let link = route.linkIndex.flatMap { try? context.host.link(at: $0) }
                let reason = error.whyNoIPv6(on: link) ?? error.message
                note(.addRoute(route), refused: error.message, .routeNotAdded(to: route.destination, reason))
            }
            return false
        }
    }

    private mutating func removeStale(
        _ route: HostRoute, _ purpose: StepContext.Purpose, _ outcome: inout Outcome
    ) throws(DriverError) -> Bool {
        do throws(DriverError) {
            try host.remove(route)
            outcome.removedRoutes.append(route)
            return true
        } catch {
            if purpose == .call { throw error }
            report.add(.removalFailed(error.message))
            return false
        }
    }

    // MARK: Back-off

    /// Begins a round of reconciliation; a refusal that does not recur in it is forgotten in the next round.
    mutating func beginRound() {
        formerRefusals = refusals
        refusals = [:]
    }

    /// Ends a round that could not read the host: a refusal that was not retried stays reported.
    mutating func keepRefusals() { refusals.merge(formerRefusals) { new, _ in new } }

    /// Reports a refusal unless the kernel gave the same reason last time.
    mutating func note(_ step: RefusedStep, refused reason: String, _ notice: Notice) {
        let former = refusals[step] ?? formerRefusals[step]
        refusals[step] = reason
        if former != reason { report.add(notice) }
    }

    // MARK: Pending removals

    /// Queues a removal for another attempt; a new entry is reported if a message is given.
    mutating func postpone(_ removal: PendingRemoval, because message: String?) {
        guard !pendingRemovals.contains(removal) else { return }
        pendingRemovals.append(removal)
        if let message { report.add(.removalFailed(message)) }
    }

    /// Drops a pending removal that is done or no longer wanted; returns whether it was pending.
    @discardableResult
    mutating func cancel(_ removal: PendingRemoval) -> Bool {
        let count = pendingRemovals.count
        pendingRemovals.removeAll { $0 == removal }
        return pendingRemovals.count < count
    }
}

extension Applier {
    /// Whether an endpoint's link can be used with its addresses; tries it and undoes the attempt.
    func isUsable(_ link: HostLink, with addresses: [IPPrefix]) throws(DriverError) -> Bool {
        try host.isUsable(link, with: addresses)
    }

    /// Retires the links that an interrupted run left behind; returns their number.
    func retireUnfinishedLinks() throws(DriverError) -> Int { try host.retireUnfinishedLinks() }
}

/// A refused step, identified by what stays the same when the link's state changes.
enum RefusedStep: Hashable {
    case setUp(InterfaceIndex)
    case setMTU(Int, of: InterfaceIndex)
    case setAddressGeneration(Bool, of: InterfaceIndex)
    case addRoute(HostRoute)
    case setSources(of: InterfaceIndex)
    case addAddress(IPAddress, to: InterfaceIndex)
    case addNeighbor(HostNeighbor)
}
