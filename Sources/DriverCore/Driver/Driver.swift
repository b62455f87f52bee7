import NetworkTypes

/// The driver: keeps networks and endpoints, and makes the host's links and routes agree with them.
///
/// Every call is synchronous and whole, in three phases: a plan is made from what is read, its steps are applied to the
/// host and undone when a later one fails, and the records are committed. Calls that delete commit first, and do not
/// fail when the kernel does: Docker would not call again, so that what could not be removed is pending and tried again.
/// Calls may be repeated, in any order, and for identifiers that are not known; deleting what is not there succeeds.
/// Not to be used from two threads.
package struct Driver {
    let reader: any HostReader
    var registry: Registry
    var applier: Applier
    var states = NetworkStates()
    var orphans: OrphanFinder
    var suspects = SuspectAddresses()
    /// What has been reported of addresses that both a container and the host have.
    var sharedAddresses: Set<SharedAddress> = []

    /// Creates a driver that knows what the store holds.
    ///
    /// Something on the host that no record accounts for is an orphan after `orphanAge`. The host is not read before
    /// `reconcile`, which is to be called before the first call is served.
    package init(
        host: any HostReader & HostWriter, store: any StateStore, orphanAge: Duration = .seconds(30)
    ) throws(DriverError) {
        reader = host
        applier = Applier(host)
        orphans = OrphanFinder(orphanAge: orphanAge)
        var messages: [String] = []
        registry = try Registry(store, messages: &messages)
        for message in messages { notice(.recordUnreadable(message)) }
    }

    /// How long something on the host that no record accounts for is left alone; a change holds from the next
    /// reconciliation on.
    package var orphanAge: Duration {
        get { orphans.orphanAge }
        set { orphans.orphanAge = newValue }
    }

    /// In one line how many networks there are, and what those wait for that cannot be used:
    /// `12 networks, 1 waiting for eth1`.
    package var status: String {
        states.summary(networks: registry.networks.count, unreadable: registry.unreadable.count)
    }

    /// What has been repaired since the start.
    package var repairs: [Repair: Int] { applier.report.repairs }

    /// Hands over what the calls since the last time have done, or not done yet, that users should know.
    package mutating func takeNotices() -> [Notice] { applier.report.takeNotices() }

    mutating func notice(_ notice: Notice, counting repair: Repair? = nil) {
        applier.report.add(notice, counting: repair)
    }

    /// Carries out the steps of a plan that was made with a view of the host, and enters there what they did.
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
    /// A record could not be read.
    static func recordUnreadable(_ message: String) -> Notice { Notice(message, .problem, about: .event(message)) }
}
