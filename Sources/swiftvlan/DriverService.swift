import DriverCore
import KernelHostNetwork
import Logging
import NIOCore
import NIOPosix
import PluginServer
import RemoteDriver
import StateStore
import SystemdSupport

/// The asynchronous shell around the synchronous driver: one thread of its own, on which every call and every look at
/// the host runs from beginning to end without a suspension, and outside of it the waiting.
actor DriverService: PluginResponder {
    /// How often a call is made again that met a link on its way out: each time another one.
    private static let repetitions = 100
    /// How long a call is made again that wants an address or a parent which a dying container's link holds.
    private static let dyingPatience = Duration.seconds(5)
    /// The pauses between attempts.
    private static let dyingPause = TimeAmount.milliseconds(20)
    private static let parentPause = TimeAmount.milliseconds(100)
    /// When what could not be removed is tried again.
    private static let leftoverPause = TimeAmount.seconds(1)

    private let thread: MultiThreadedEventLoopGroup
    let loop: any EventLoop
    private let host: KernelHost
    private let reaper: LinkReaper
    private nonisolated let logger: Logger
    var remote: RemoteDriver<KernelHost, FileStateStore>
    private var patience: Patience
    var looks: LookSchedule
    private let start = ContinuousClock.now
    /// Calls that had to wait for something.
    private var waits = 0
    private var isRemovalScheduled = false
    var isStopping = false
    private var lastStatus = ""

    /// The driver's own thread: netlink blocks, and must block neither the server nor Swift's shared threads.
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.executor.asUnownedSerialExecutor() }

    /// Loads the records; before calls are served, `startLooking` has to make the host agree with them.
    init(store: FileStateStore, reaper: LinkReaper, patience: Patience, logger: Logger) throws {
        thread = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        loop = thread.next()
        self.reaper = reaper
        self.patience = patience
        self.logger = logger
        host = KernelHost(reaper: reaper)
        let driver = try DriverEngine(host: host, store: store, orphanAge: patience.orphanAge)
        remote = RemoteDriver(driver, logger: logger)
        looks = LookSchedule(orphanAge: patience.orphanAge)
    }

    /// The time since the start.
    var now: Duration { start.duration(to: .now) }

    /// Answers a call. Reading its arguments and writing its answer and the log is done on the caller's thread: only the
    /// driver's own work is on this actor's.
    nonisolated func respond(to request: PluginRequest) async -> PluginResponse {
        let call = RemoteCalls.read(path: request.path, body: request.body)
        let answer = await carryOut(call, path: request.path).answer(logger: logger)
        return PluginResponse(status: answer.status, body: answer.body)
    }

    private func carryOut(_ call: any ReadCall, path: String) async -> any CarriedOutCall {
        var result = remote.carryOut(call)
        if let reason = result.retry, mayRetry(reason, since: .now, repetitions: 0) {
            result = await repeated(call, path, result)
        }
        scheduleRemovalOfLeftovers()
        tellStatus()
        await finish(result.removals)
        return result
    }

    /// Whether a call that was refused for such a reason is made again, having been made so often since its first
    /// attempt.
    private func mayRetry(_ reason: RetryReason, since start: ContinuousClock.Instant, repetitions: Int) -> Bool {
        guard !isStopping else { return false }
        return switch reason {
        case .linkBeingRemoved: repetitions < Self.repetitions
        case .heldByDyingLink: start.duration(to: .now) < Self.dyingPatience
        case .parentMissing: patience.waitsForParent(since: start.duration(to: .now))
        case .stepRefused: false
        }
    }

    /// Makes a call again until nothing is in its way any more, or it has taken too long; other calls go on meanwhile.
    private func repeated(_ call: any ReadCall, _ path: String, _ first: any CarriedOutCall) async -> any CarriedOutCall
    {
        let start = ContinuousClock.now
        var result = first
        var repetitions = 0
        while let reason = result.retry, mayRetry(reason, since: start, repetitions: repetitions) {
            switch reason {
            case .linkBeingRemoved(let removal): await reaper.finished(removal)
            case .heldByDyingLink: await pause(Self.dyingPause)
            case .parentMissing: await pause(Self.parentPause)
            case .stepRefused: break
            }
            repetitions += 1
            result = remote.carryOut(call)
        }
        waits += 1
        logger.info(
            "A call had to wait for links or addresses to become free, or for its parent",
            metadata: [
                "call": "\(path)", "milliseconds": "\(Int(start.duration(to: .now) / .milliseconds(1)))",
                "repetitions": "\(repetitions)", "waits": "\(waits)",
            ])
        return result
    }

    private func pause(_ time: TimeAmount) async {
        try? await loop.scheduleTask(in: time) {}.futureResult.get()
    }

    /// Has what could not be removed tried again after a while, also when no further call comes.
    func scheduleRemovalOfLeftovers() {
        guard remote.hasLeftovers, !isRemovalScheduled else { return }
        isRemovalScheduled = true
        loop.scheduleTask(in: Self.leftoverPause) {
            self.assumeIsolated { service in
                service.isRemovalScheduled = false
                service.remote.removeLeftovers(at: service.now)
                service.scheduleRemovalOfLeftovers()
            }
        }
    }

    /// Tells systemd how many networks there are and which of them wait, where that has changed.
    func tellStatus() {
        let status = remote.driver.status
        guard status != lastStatus else { return }
        lastStatus = status
        Notifier.status(status)
    }

    /// Calls the closure on the driver's thread as soon as that gets to it, which it does not while a call into the
    /// kernel hangs.
    nonisolated func ping(_ answer: @escaping @Sendable () -> Void) {
        loop.execute(answer)
    }

    /// Has other patience from now on; returns at once, also where the driver does not get to it.
    nonisolated func change(parentWait: UInt16, orphanAge: UInt16) {
        loop.execute {
            self.assumeIsolated { service in
                service.patience.change(parentWait: Int(parentWait), orphanAge: Int(orphanAge))
                service.remote.leaveAlone(for: service.patience.orphanAge)
                service.looks.adapt(orphanAge: service.patience.orphanAge)
            }
        }
    }

    nonisolated func refusal(status: Int, reason: String) -> PluginResponse {
        let answer = RemoteAnswer(status: status, error: reason)
        return PluginResponse(status: answer.status, body: answer.body)
    }

    /// Ends the looks, and has calls that wait answered with what they would have been refused with; blocks the calling
    /// thread.
    nonisolated func stopWaiting() throws {
        try loop.submit { self.assumeIsolated { $0.isStopping = true } }.wait()
    }

    /// Returns when every link that was retired is gone; blocks the calling thread, at the daemon's end.
    nonisolated func finish() throws {
        try drain()
        let repairs = try loop.submit { self.assumeIsolated { $0.remote.driver.repairs } }.wait()
        logger.info("Stopped", metadata: ["repairs": "\(repairs)"])
        try thread.syncShutdownGracefully()
    }

    /// Returns when every link that has been retired so far is gone; blocks the calling thread.
    nonisolated func drain() throws {
        let drained = loop.makePromise(of: Void.self)
        Task(executorPreference: EventLoopExecutor(loop)) { [reaper] in
            await reaper.drained()
            drained.succeed()
        }
        try drained.futureResult.wait()
    }

    /// Has the links removed that an earlier run had no time for. They harm nobody, so that failing is no reason not to
    /// serve.
    func removeUnfinishedLinks() {
        do throws(HostNetworkError) {
            let count = try host.removeUnfinishedLinks()
            if count > 0 { logger.info("Removing links that an earlier run left", metadata: ["count": "\(count)"]) }
        } catch {
            logger.warning("Links that an earlier run left stay", metadata: ["reason": "\(error.sentence)"])
        }
    }

    private func finish(_ removals: [LinkRemoval]) async {
        for removal in removals { await reaper.finished(removal) }
    }
}
