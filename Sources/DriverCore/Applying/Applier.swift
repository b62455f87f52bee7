import NetworkTypes

/// Carries out steps, undoes them when a later one fails, and remembers what has to be tried again.
struct Applier {
    private let host: any HostWriter
    private(set) var pendingRemovals: [PendingRemoval] = []
    /// The steps that were refused in this round of reconciliation and in the last, with the kernel's reason: each is
    /// reported once.
    private var refusals: [RefusedStep: String] = [:]
    private var formerRefusals: [RefusedStep: String] = [:]
    /// What users should know of, and what was repaired.
    var report = Report()

    init(_ host: any HostWriter) { self.host = host }

    /// Carries out steps in their order; when one fails, those before it are undone.
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

    /// Undoes steps that have been carried out, the last one first.
    mutating func undo(_ done: [Step]) { _ = remove(done.reversed().compactMap(\.inverse)) }

    /// Whether the step has changed something.
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
        case .retire, .release: return !remove([step]).isEmpty
        }
    }

    /// Creates a link. When the kernel refuses, the explainer says why, or that another attempt is worthwhile.
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

    // MARK: Upkeep, which never fails a call

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
        // A parent that has no room for the tag besides; it need not be asked again.
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
            // Somebody else's, since the routes were read: it serves, or is in the way, and is never changed.
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

    /// Begins a round of reconciliation: refusals that are not met again in it are forgotten with the next.
    mutating func beginRound() {
        formerRefusals = refusals
        refusals = [:]
    }

    /// Ends a round that could not read the host: what it did not come to is no news in the next.
    mutating func keepRefusals() { refusals.merge(formerRefusals) { new, _ in new } }

    /// Reports a refusal, once as long as the kernel says the same.
    private mutating func note(_ step: RefusedStep, refused reason: String, _ notice: Notice) {
        let former = refusals[step] ?? formerRefusals[step]
        refusals[step] = reason
        if former != reason { report.add(notice) }
    }

    // MARK: Removals, which never fail

    /// Carries out steps that remove what nobody needs, and returns the removals that go on in the background. What
    /// cannot be removed now is pending, and so are the links below one that cannot be retired.
    mutating func remove(_ steps: [Step]) -> [LinkRemoval] {
        var removals: [LinkRemoval] = []
        var isBlocked = false
        var hasFailed = false
        for step in steps {
            do throws(DriverError) {
                switch step {
                case .retire(let link, _) where isBlocked: postpone(.link(link), because: nil)
                case .retire(let link, let seen):
                    isBlocked = true
                    if let removal = try retire(link, seen) { removals.append(removal) }
                    isBlocked = false
                    cancel(.link(link))
                case .release(let link, let owned, let use):
                    try host.release(link)
                    report.add(.linkReleased(link: link.name, use))
                    cancel(.link(owned))
                case .removeRoute(let route):
                    try host.remove(route)
                    cancel(.hostRoute(route))
                // One that a step which is undone had removed; where it does not come back, reconciliation adds it.
                case .addRoute(let route): try? host.add(route)
                case .create, .setUp, .setMTU, .setAddressGeneration: break
                }
            } catch {
                if let pending = step.pendingRemoval { postpone(pending, because: hasFailed ? nil : error.message) }
                hasFailed = true
            }
        }
        return removals
    }

    private func retire(_ link: OwnedLink, _ seen: HostLink?) throws(DriverError) -> LinkRemoval? {
        guard let seen else { return try host.retire(link.name, ownedBy: link.owner) }
        return try host.retire(seen)
    }

    /// Has a removal tried again later. It is reported once, where there is something to say.
    mutating func postpone(_ removal: PendingRemoval, because message: String?) {
        guard !pendingRemovals.contains(removal) else { return }
        pendingRemovals.append(removal)
        if let message { report.add(.removalFailed(message)) }
    }

    /// Takes a removal off the list: it is done, or not wanted any more. Returns whether it was on it.
    @discardableResult
    mutating func cancel(_ removal: PendingRemoval) -> Bool {
        let count = pendingRemovals.count
        pendingRemovals.removeAll { $0 == removal }
        return pendingRemovals.count < count
    }
}

extension Applier {
    /// Whether an endpoint's link can be used as it is, which is tried and undone.
    func isUsable(_ link: HostLink, with addresses: [IPPrefix]) throws(DriverError) -> Bool {
        try host.isUsable(link, with: addresses)
    }

    /// Retires what a run that ended too soon left; returns the number of links.
    func retireUnfinishedLinks() throws(DriverError) -> Int { try host.retireUnfinishedLinks() }
}

/// A step that was refused, by what does not change with the link's state.
private enum RefusedStep: Hashable {
    case setUp(InterfaceIndex)
    case setMTU(Int, of: InterfaceIndex)
    case setAddressGeneration(Bool, of: InterfaceIndex)
    case addRoute(HostRoute)
}
