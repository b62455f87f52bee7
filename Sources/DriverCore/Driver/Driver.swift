import NetworkTypes

/// Keeps the networks and endpoints, and makes the host's links and routes match them.
///
/// Every call is synchronous and has three phases: it plans from what it reads; it applies the steps, and undoes them
/// if a later one fails; it commits the records.
///
/// Calls that delete commit first and do not fail when the kernel does: Docker would not call again, so a failed
/// removal is pending and retried. Calls may be repeated, in any order, and with unknown identifiers; deleting an
/// object that does not exist succeeds. Not thread-safe.
package struct Driver {
    let reader: any HostReader
    var registry: Registry
    var applier: Applier
    var states = NetworkStates()
    var orphans: OrphanFinder
    var suspects = SuspectAddresses()
    var access = HostAccessStates()
    var lan: LANTasks
    /// The addresses that both a container and the host have, and that were already reported.
    var sharedAddresses: Set<SharedAddress> = []

    /// Creates a driver from the records in the store.
    ///
    /// A link or route without a record counts as an orphan after `orphanAge`. The host is not read before `reconcile`,
    /// which must be called before the first call is served. `canUseLAN` says whether the daemon may use raw frames.
    package init(
        host: any HostReader & HostWriter, store: any StateStore, orphanAge: Duration = .seconds(30),
        canUseLAN: Bool = true
    ) throws(DriverError) {
        reader = host
        applier = Applier(host)
        orphans = OrphanFinder(orphanAge: orphanAge)
        lan = LANTasks(canUseLAN: canUseLAN)
        var messages: [String] = []
        registry = try Registry(store, messages: &messages)
        for message in messages { notice(.recordUnreadable(message)) }
        reportUnusableLANOptions()
    }

    /// The age at which a link, route or endpoint without a counterpart counts as an orphan.
    ///
    /// A change takes effect with the next reconciliation.
    package var orphanAge: Duration {
        get { orphans.orphanAge }
        set { orphans.orphanAge = newValue }
    }

    /// One line about the networks and the links that they wait for, such as `12 networks, 1 waiting for eth1`.
    package var status: String {
        states.summary(networks: registry.networks.count, unreadable: registry.unreadable.count)
    }

    /// The number of repairs since the start, by type.
    package var repairs: [Repair: Int] { applier.report.repairs }

    /// Returns the notices since the last call, and clears them.
    package mutating func takeNotices() -> [Notice] { applier.report.takeNotices() }

    /// The endpoints that are not in containers any more, although they have joined and are still known.
    var absentEndpoints: Set<EndpointID> { access.departed.union(orphans.missing) }

    mutating func notice(_ notice: Notice, counting repair: Repair? = nil) {
        applier.report.add(notice, counting: repair)
    }

    /// Applies the steps of a plan, and updates the view of the host that the plan was made with.
    mutating func apply(
        _ steps: [Step], for purpose: StepContext.Purpose, _ host: HostView
    ) throws(DriverError) -> Outcome {
        guard !steps.isEmpty else { return Outcome() }
        let explainer = RefusalExplainer(reader: reader, registry: registry)
        let outcome = try applier.apply(steps, StepContext(purpose: purpose, explainer: explainer, host: host))
        host.update(outcome)
        return outcome
    }
}

extension Notice {
    /// Reports a record that could not be read.
    static func recordUnreadable(_ message: String) -> Notice { Notice(message, .problem, about: .event(message)) }
}
