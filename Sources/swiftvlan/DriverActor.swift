import DriverCore
import KernelHostNetwork
import Logging
import NIOCore
import NIOPosix
import RemoteDriver
import PluginServer
import SystemdSupport

/// The synchronous driver on a thread of its own: every call and every reconciliation runs from beginning to end without
/// a suspension, and the waiting is between them.
///
/// Netlink blocks, and reconciliation of thousands of networks takes a tenth of a second: on the server's event loop,
/// whoever connects would wait for it.
actor DriverActor: LoopActor {
    nonisolated let loop: any EventLoop
    private let thread: MultiThreadedEventLoopGroup
    private nonisolated let reaper: LinkReaper
    private nonisolated let logger: Logger
    private var driver: Driver
    private var limits: RetryLimits
    private let systemStart: SystemStart
    private var notices = NoticeLog()
    private let start = ContinuousClock.now
    /// Calls that had to wait for something.
    private var waits = 0
    private var isStopping = false
    private var lastStatus = ""

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.executor.asUnownedSerialExecutor() }

    /// Loads the records; before calls are served, the host has to be made to agree with them.
    init(
        store: any StateStore & Sendable, reaper: LinkReaper, limits: RetryLimits, systemStart: SystemStart,
        logger: Logger
    ) throws {
        thread = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        loop = thread.next()
        self.reaper = reaper
        self.limits = limits
        self.systemStart = systemStart
        self.logger = logger
        driver = try Driver(host: KernelHost(reaper: reaper, logger: logger), store: store, orphanAge: limits.orphanAge)
    }

    // MARK: Calls

    /// Carries out a call, again as often as something is in its way that may go by itself. Other calls go on while this
    /// one waits.
    func carryOut(_ call: DriverCall) async -> CallResult {
        let start = ContinuousClock.now
        var result = call.carryOut(&driver)
        var (attempts, removals) = (0, 0)
        var heldSince: ContinuousClock.Instant?
        while let reason = result.retry, !isStopping {
            // Each reason has its own limit: a call that waited for its parent may then meet a dying link.
            if reason == .heldByDyingLink { heldSince = heldSince ?? .now }
            let since = reason == .heldByDyingLink ? heldSince ?? start : start
            let waited = since.duration(to: .now)
            guard limits.allowRetry(reason, removals: removals, waited: waited, systemAge: systemStart.age) else {
                break
            }
            await wait(for: reason)
            attempts += 1
            if reason.removal != nil { removals += 1 }
            let earlier = result
            result = call.carryOut(&driver)
            result.follow(earlier)
        }
        if attempts > 0 { logWait(call, attempts, start.duration(to: .now)) }
        reportStatus()
        return result
    }

    /// Returns when links that are being removed are gone.
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

    /// Carries out removals that were asked for while no daemon could serve; blocks the calling thread. Returns whether
    /// some are not finished.
    nonisolated func carryOut(putOff calls: [DriverCall]) throws -> Bool {
        try perform { actor in
            for call in calls { _ = call.carryOut(&actor.driver).answer(logger: actor.logger) }
            return actor.driver.hasPendingRemovals
        }
    }

    // MARK: Reconciliation

    /// Makes the host agree with the records and logs what was found and done; nil when the daemon is stopping.
    func reconcile(_ scope: ReconcileScope) -> Reconciliation? {
        guard !isStopping else { return nil }
        let now = start.duration(to: .now)
        let result = driver.reconcile(at: now, scope)
        notices.log(driver.takeNotices(), at: now, logger)
        reportStatus()
        return result
    }

    /// Whether something could not be removed.
    var hasPendingRemovals: Bool { driver.hasPendingRemovals }

    /// Tries once more to remove what could not be removed.
    func retryPendingRemovals() {
        driver.retryPendingRemovals()
        notices.log(driver.takeNotices(), at: start.duration(to: .now), logger)
    }

    /// Has the links removed that an earlier run had no time for. They harm nobody, so that failing is no reason not to
    /// serve.
    func retireUnfinishedLinks() {
        do throws(DriverError) {
            let count = try driver.retireUnfinishedLinks()
            if count > 0 { logger.info("Removing links that an earlier run left", metadata: ["count": "\(count)"]) }
        } catch {
            logger.warning("Cannot remove links that an earlier run left", metadata: ["reason": "\(error)"])
        }
    }

    /// Reports to systemd how many networks there are and which of them wait, where that has changed.
    private func reportStatus() {
        let status = driver.status
        guard status != lastStatus else { return }
        lastStatus = status
        Notifier.status(status)
    }

    // MARK: From other threads

    /// Applies other limits from now on. Returns immediately, even while the driver is busy.
    nonisolated func change(_ limits: RetryLimits) {
        enqueue {
            $0.limits = limits
            $0.driver.orphanAge = limits.orphanAge
        }
    }

    /// Calls the closure on the driver's thread as soon as that gets to it, which it does not while a call into the
    /// kernel hangs.
    nonisolated func ping(_ answer: @escaping @Sendable () -> Void) { loop.execute(answer) }

    /// Ends reconciliation, and has calls that wait answered with what they would have been refused with; blocks the
    /// calling thread.
    nonisolated func stopWaiting() throws { try perform { $0.isStopping = true } }

    /// Returns when every link that has been retired so far is gone; blocks the calling thread.
    nonisolated func drain() throws {
        let drained = loop.makePromise(of: Void.self)
        Task(executorPreference: EventLoopExecutor(loop)) { [reaper] in
            await reaper.drained()
            drained.succeed()
        }
        try drained.futureResult.wait()
    }

    /// Returns when every link that was retired is gone, and ends the thread; blocks the calling thread, at the daemon's
    /// end.
    nonisolated func finish() throws {
        try drain()
        let repairs = try perform { $0.driver.repairs }
        let figures = Repair.allCases.compactMap { repair in repairs[repair].map { "\($0) \(repair.rawValue)" } }
        logger.info("Stopped", metadata: ["repairs": "\(figures.joined(separator: ", "))"])
        try thread.syncShutdownGracefully()
    }
}
