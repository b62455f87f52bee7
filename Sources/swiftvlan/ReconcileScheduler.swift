import DriverCore
import NIOCore

/// Has the driver reconcile: at the start, when the host changes, regularly, and again while something is unfinished.
///
/// Runs on the driver's loop, so that it calls the driver without a suspension.
actor ReconcileScheduler: LoopActor {
    nonisolated let loop: any EventLoop
    private let driver: DriverActor
    private var timing: ReconcileSchedule
    private var isChangePlanned = false
    private var isRemovalPlanned = false

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.executor.asUnownedSerialExecutor() }

    init(_ driver: DriverActor, orphanAge: Duration) {
        self.driver = driver
        loop = driver.loop
        timing = ReconcileSchedule(orphanAge: orphanAge)
    }

    /// Makes the host agree with the records for the first time, and from then on regularly; blocks the calling thread
    /// meanwhile.
    ///
    /// What an earlier run has left may have a name that is needed until it is gone: then a second round is made.
    nonisolated func start() throws {
        try driver.perform { $0.retireUnfinishedLinks() }
        for _ in 0..<ReconcileSchedule.attemptsAtStart {
            guard try perform({ $0.reconcile(.everywhere) }) else { break }
            try driver.drain()
        }
        loop.scheduleRepeatedTask(initialDelay: ReconcileSchedule.period, delay: ReconcileSchedule.period) { _ in
            self.assumeIsolated { _ = $0.reconcile(.everywhere) }
        }
    }

    /// Something on the host has changed; returns at once, on whatever thread.
    nonisolated func hostChanged() { enqueue { $0.planAfterChange() } }

    /// Something could not be removed, and is tried again after a while, also when no further call comes.
    nonisolated func removalsArePending() { enqueue { $0.planRemovals() } }

    /// Uses another orphan age from now on; returns at once.
    nonisolated func change(orphanAge: Duration) { enqueue { $0.timing.adapt(orphanAge: orphanAge) } }

    private func planAfterChange() {
        guard !isChangePlanned else { return }
        isChangePlanned = true
        schedule(in: timing.pause) { scheduler in
            scheduler.isChangePlanned = false
            _ = scheduler.reconcile(.host)
        }
    }

    /// Returns whether the round is unfinished.
    private func reconcile(_ scope: ReconcileScope) -> Bool {
        let start = ContinuousClock.now
        guard let result = driver.assumeIsolated({ $0.reconcile(scope) }) else { return false }
        timing.adapt(didTry: result.didTry, took: start.duration(to: .now))
        planFollowUp(result)
        if driver.assumeIsolated({ $0.hasPendingRemovals }) { planRemovals() }
        return result.isUnfinished
    }

    /// One more round where the last one has left something to see to.
    private func planFollowUp(_ result: Reconciliation) {
        let retry = timing.nextRetry(after: result.isUnfinished)
        guard result.isUnfinished || result.isWatching else { return }
        timing.plan(in: result.isUnfinished ? retry : timing.orphanPause) { pause in
            schedule(in: pause) { _ = $0.reconcile(result.isWatching ? .everywhere : .host) }
        }
    }

    private func planRemovals() {
        guard !isRemovalPlanned else { return }
        isRemovalPlanned = true
        schedule(in: ReconcileSchedule.removalRetry) { scheduler in
            scheduler.isRemovalPlanned = false
            let isPending = scheduler.driver.assumeIsolated { driver in
                driver.retryPendingRemovals()
                return driver.hasPendingRemovals
            }
            if isPending { scheduler.planRemovals() }
        }
    }
}
