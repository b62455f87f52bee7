import DriverCore
import KernelHostNetwork
import Logging
import Metrics
import NIOCore
import NIOPosix
import RemoteDriver
import HTTPServer
import SystemdSupport

/// Runs the synchronous driver on its own thread.
///
/// Every call and every reconciliation runs from beginning to end without a suspension; waits happen in between.
/// Netlink blocks, and reconciling thousands of networks takes a tenth of a second: on the server's event loop, every
/// client would wait for it.
actor DriverActor: LoopActor {
    nonisolated let loop: any EventLoop
    private let thread: MultiThreadedEventLoopGroup
    nonisolated let reaper: LinkReaper
    nonisolated let logger: Logger
    /// The LANs of the host's links; nil without the capability for raw frames.
    nonisolated let lan: (any LANAccess)?
    var driver: Driver
    /// The calls that wait for the LAN.
    var questions = LANQuestions()
    private var limits: RetryLimits
    private let systemStart: SystemStart
    var notices = NoticeLog()
    /// What Docker's latest calls were about, which garbage collection leaves alone.
    var recentCalls = RecentCalls()
    let start = ContinuousClock.now
    nonisolated let metrics: DaemonMetrics
    /// The number of calls that had to wait.
    private var waits = 0
    private(set) var isStopping = false
    private var lastStatus = ""
    /// Called on this thread after each call and each reconciliation.
    private var onChange: @Sendable () -> Void = {}

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.executor.asUnownedSerialExecutor() }

    /// Loads the records. The host must be reconciled with them before calls are served.
    init(
        host: sending any HostReader & HostWriter, store: sending any StateStore, reaper: LinkReaper,
        limits: RetryLimits, systemStart: SystemStart, lan: (any LANAccess)?, logger: Logger,
        metrics: DaemonMetrics = DaemonMetrics()
    ) throws {
        thread = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        loop = thread.next()
        self.reaper = reaper
        self.limits = limits
        self.systemStart = systemStart
        self.logger = logger
        self.lan = lan
        self.metrics = metrics
        driver = try Driver(
            host: host, store: store, orphanAge: limits.orphanAge, canUseLAN: lan != nil)
    }

    // MARK: Calls

    /// Carries out a call, and retries it while an obstacle may disappear by itself. Other calls proceed while this one
    /// waits.
    func carryOut(_ call: DriverCall) async -> CallResult {
        let start = ContinuousClock.now
        recentCalls.begin(call)
        defer { recentCalls.end(call) }
        var result = call.carryOut(&driver)
        var (attempts, removals) = (0, 0)
        var heldSince: ContinuousClock.Instant?
        var reasons: Set<WaitReason> = []
        while let reason = result.retry, !isStopping {
            // Each reason has its own limit: a call that waited for its parent may then meet a dying link.
            if reason == .heldByDyingLink { heldSince = heldSince ?? .now }
            let since = reason == .heldByDyingLink ? heldSince ?? start : start
            let waited = since.duration(to: .now)
            guard limits.allowRetry(reason, removals: removals, waited: waited, systemAge: systemStart.age) else {
                break
            }
            if reasons.insert(WaitReason(reason)).inserted { metrics.waits.count(WaitReason(reason)) }
            await wait(for: reason)
            attempts += 1
            if reason.removal != nil { removals += 1 }
            let earlier = result
            result = call.carryOut(&driver)
            result.follow(earlier)
        }
        if attempts > 0 { logWait(call, attempts, start.duration(to: .now)) }
        reportStatus()
        return await carryOutLANTasks(of: result)
    }

    /// Waits until links that are being removed are gone.
    nonisolated func waitUntilGone(_ removals: [LinkRemoval]) async {
        for removal in removals { await reaper.finished(removal) }
    }

    private func wait(for reason: RetryReason) async {
        if let removal = reason.removal {
            await reaper.finished(removal)
        } else if let pause = limits.pause(reason) {
            try? await loop.scheduleTask(in: TimeAmount(pause)) {}.futureResult.get()
        }
    }

    private func logWait(_ call: DriverCall, _ attempts: Int, _ time: Duration) {
        waits += 1
        logger.info(
            "A call had to wait for links or addresses to become free, or for its parent",
            metadata: [
                "call": "\(call.path)", "duration_us": "\(time.microseconds)", "attempts": "\(attempts)",
                "waits": "\(waits)",
            ])
    }

    /// Carries out removals that Docker requested while no daemon could serve; blocks the calling thread. Returns
    /// whether some are not finished.
    nonisolated func carryOut(putOff calls: [DriverCall]) throws -> Bool {
        try perform { actor in
            for call in calls { _ = call.carryOut(&actor.driver).answer(logger: actor.logger) }
            return actor.driver.hasPendingRemovals
        }
    }

    // MARK: Reconciliation

    /// Makes the host agree with the records, and logs what was found and done; returns nil if the daemon is stopping.
    func reconcile(_ scope: ReconcileScope) -> ReconcileReport? {
        guard !isStopping else { return nil }
        let (before, now) = (driver.repairs, start.duration(to: .now))
        let result = driver.reconcile(at: now, scope)
        metrics.countReconciliation(scope, result, took: start.duration(to: .now) - now)
        let notices = logNotices()
        reportStatus()
        return ReconcileReport(result: result, notices: notices, repairs: driver.repairs, before: before)
    }

    /// Logs the notices that do not belong to a call, and returns them.
    @discardableResult
    func logNotices() -> [Notice] {
        let new = driver.takeNotices()
        guard !new.isEmpty else { return [] }
        let driver = driver
        notices.log(new, at: start.duration(to: .now), logger) { notice in
            guard let id = driver.network(of: notice) else { return [:] }
            let place: Logger.Metadata = ["network.id": "\(id)"]
            return place.merging(driver.parent(of: id)?.metadata ?? [:]) { $1 }
        }
        return new
    }

    /// Whether failed removals wait for a retry.
    var hasPendingRemovals: Bool { driver.hasPendingRemovals }

    /// Retries the failed removals.
    func retryPendingRemovals() {
        driver.retryPendingRemovals()
        logNotices()
    }

    /// Starts to remove links that an earlier run left unfinished or retired. They do no harm, so a failure does not
    /// prevent serving.
    func retireUnfinishedLinks() {
        do throws(DriverError) {
            let count = try driver.retireUnfinishedLinks()
            if count > 0 { logger.info("Removing links that an earlier run left", metadata: ["count": "\(count)"]) }
        } catch {
            logger.warning("Cannot remove links that an earlier run left", metadata: ["reason": "\(error)"])
        }
    }

    /// Reports to systemd the number of networks and which of them wait, if that has changed.
    func reportStatus() {
        onChange()
        let status = driver.status
        guard status != lastStatus else { return }
        lastStatus = status
        Notifier.status(status)
    }

    /// The number of failed removals that wait for a retry.
    var pendingRemovals: Int { driver.pendingRemovalCount }

    /// What the driver knows now.
    var snapshot: DriverSnapshot { driver.snapshot }

    // MARK: From other threads

    /// Has a closure called on the driver's thread after each call and each reconciliation.
    nonisolated func notify(_ onChange: @escaping @Sendable () -> Void) { enqueue { $0.onChange = onChange } }

    /// Applies new limits. Returns immediately, even while the driver is busy.
    nonisolated func change(_ limits: RetryLimits) {
        enqueue {
            $0.limits = limits
            $0.driver.orphanAge = limits.orphanAge
        }
    }

    /// Calls `answer` on the driver's thread as soon as it is free; never while a call into the kernel hangs.
    nonisolated func ping(_ answer: @escaping @Sendable () -> Void) { loop.execute(answer) }

    /// Ends reconciliation and all waits: calls that wait are answered with their last refusal. Blocks the calling
    /// thread.
    nonisolated func stopWaiting() throws {
        try perform { actor in
            actor.isStopping = true
            actor.questions.giveUpAll()
        }
    }

    /// Waits until every link that has been retired so far is gone; blocks the calling thread.
    nonisolated func drain() throws {
        let drained = loop.makePromise(of: Void.self)
        Task(executorPreference: EventLoopExecutor(loop)) { [reaper] in
            await reaper.drained()
            drained.succeed()
        }
        try drained.futureResult.wait()
    }

    /// Waits until every retired link is gone, and ends the driver's thread. Blocks the calling thread; call it at the
    /// daemon's end.
    nonisolated func finish() throws {
        try drain()
        let (repairs, activity) = try perform { ($0.driver.repairs, $0.driver.lanActivity) }
        let figures = Repair.allCases.compactMap { repair in repairs[repair].map { "\($0) \(repair.rawValue)" } }
        let exchanges = LANActivity.allCases.compactMap { kind in activity[kind].map { "\($0) \(kind.rawValue)" } }
        logger.info(
            "Stopped",
            metadata: [
                "repairs": "\(figures.joined(separator: ", "))", "lan": "\(exchanges.joined(separator: ", "))",
            ])
        try thread.syncShutdownGracefully()
    }
}
