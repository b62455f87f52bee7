import DriverCore
import NIOCore

/// Makes the driver reconcile: at the start, when the host changes, regularly, and again while something is unfinished.
///
/// It runs on the driver's loop, so that it calls the driver without a suspension.
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

    /// Makes the host agree with the records, then starts regular reconciliation. Blocks the calling thread until the
    /// host agrees.
    ///
    /// Links that an earlier run left may hold names that are needed; then a second round follows once they are gone.
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

    /// Plans a round after a change of the host; returns at once, on any thread.
    nonisolated func hostChanged() { enqueue { $0.planAfterChange() } }

    /// Plans a retry of failed removals, even if no other call follows.
    nonisolated func removalsArePending() { enqueue { $0.planRemovals() } }

    /// Applies a new orphan age; returns at once.
    nonisolated func change(orphanAge: Duration) { enqueue { $0.timing.adapt(orphanAge: orphanAge) } }

    private func planAfterChange() {
        guard !isChangePlanned else { return }
        isChangePlanned = true
        schedule(in: timing.pause) { scheduler in
            scheduler.isChangePlanned = false
            _ = scheduler.reconcile(.host)
        }
    }

    /// Runs a round and plans the rounds that must follow it; returns whether it is unfinished.
    private func reconcile(_ scope: ReconcileScope) -> Bool { runRound(scope)?.result.isUnfinished ?? false }

    /// Runs a round at an operator's request; nil if the daemon is stopping.
    func reconcileNow() -> ReconcileReport? { runRound(.everywhere) }

    /// Runs a round and plans the rounds that must follow it; nil if the daemon is stopping.
    private func runRound(_ scope: ReconcileScope) -> ReconcileReport? {
        let start = ContinuousClock.now
        guard let report = driver.assumeIsolated({ $0.reconcile(scope) }) else { return nil }
        let result = report.result
        timing.adapt(didTry: result.didTry, took: start.duration(to: .now))
        planFollowUp(result)
        if driver.assumeIsolated({ $0.hasPendingRemovals }) { planRemovals() }
        return report
    }

    /// Plans another round if the last one is unfinished or watches suspected orphans.
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
