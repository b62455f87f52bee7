import ArgumentParser
import ControlAPI
import ControlServer
import DriverCore
import KernelHostNetwork
import Metrics

/// Serves the control socket from the daemon's parts.
struct DaemonControl: ControlSource {
    let driver: DriverActor
    let scheduler: ReconcileScheduler
    let keeper: StatusKeeper
    let eventLog: EventLog

    func status() async -> StatusDocument { await keeper.current() }

    func status(after revision: String, within limit: Duration) async -> StatusDocument? {
        await keeper.current(after: revision, within: limit)
    }

    func events(after position: UInt64, atMost count: Int, within limit: Duration) async -> EventsDocument {
        await eventLog.events(after: position, atMost: count, within: limit, on: keeper.loop)
    }

    /// Returns the metrics: counts, and the state of the parents from the status that is at most a moment old.
    func metrics() async -> [UInt8] {
        let status = await keeper.current()
        let report = MetricsReport(
            counters: driver.metrics, snapshot: await driver.snapshot, links: ParentStates(status),
            pendingRemovals: await driver.pendingRemovals, pendingLinks: driver.reaper.pending,
            version: Swiftvlan.configuration.version)
        return Exposition(report.families + ProcessFamilies.read()).bytes
    }

    func reconcile() async -> ReconcileDocument {
        await scheduler.reconcileNow()?.document
            ?? ReconcileDocument(isUnfinished: true, notices: ["the daemon is stopping; try again once it runs"])
    }

    /// Forgets networks and endpoints in small parts, between which the driver carries out Docker's calls.
    ///
    /// To remove a network, the driver reads all links of the host: thousands of networks take minutes.
    func collectGarbage(_ request: GarbageRequest) async -> GarbageDocument {
        var document = GarbageDocument()
        for part in request.parts(of: 32) {
            let (outcome, removals, hasPending) = await driver.collectGarbage(part)
            document.add(outcome)
            if hasPending { scheduler.removalsArePending() }
            await driver.waitUntilGone(removals)
        }
        return document
    }
}
