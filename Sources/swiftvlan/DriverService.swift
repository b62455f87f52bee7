import DriverCore
import KernelHostNetwork
import Logging
import NIOCore
import NIOPosix
import PluginServer
import RemoteDriver
import StateStore

/// The asynchronous shell around the synchronous driver: one thread of its own, on which every call runs from
/// beginning to end without a suspension, and outside of it the waiting for removals.
actor DriverService: PluginResponder {
    /// How often a call is made again that met a link on its way out: each time another one.
    private static let repetitions = 100
    /// How long a call is made again that wants an address which a dying container holds, and after what pauses.
    private static let patience = Duration.seconds(5)
    private static let pause = TimeAmount.milliseconds(20)
    /// When what could not be removed is tried again.
    private static let leftoverPause = TimeAmount.seconds(1)

    private let thread: MultiThreadedEventLoopGroup
    private let loop: any EventLoop
    private let reaper: LinkReaper
    private nonisolated let logger: Logger
    private var remote: RemoteDriver<KernelHost, VolatileStateStore>
    /// Calls that had to wait for something to become free.
    private var waits = 0
    private var isRemovalScheduled = false

    /// The driver's own thread: netlink blocks, and must block neither the server nor Swift's shared threads.
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.executor.asUnownedSerialExecutor() }

    init(reaper: LinkReaper, logger: Logger) throws {
        thread = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        loop = thread.next()
        self.reaper = reaper
        self.logger = logger
        let host = KernelHost(reaper: reaper)
        Self.removeUnfinishedLinks(of: host, logger)
        let driver = try DriverEngine(host: host, store: VolatileStateStore())
        remote = RemoteDriver(driver, logger: logger)
    }

    /// Answers a call. Reading its arguments and writing its answer and the log is done on the caller's thread: only the
    /// driver's own work is on this actor's.
    nonisolated func respond(to request: PluginRequest) async -> PluginResponse {
        let call = RemoteCalls.read(path: request.path, body: request.body)
        let answer = await carryOut(call, path: request.path).answer(logger: logger)
        return PluginResponse(status: answer.status, body: answer.body)
    }

    private func carryOut(_ call: any ReadCall, path: String) async -> any CarriedOutCall {
        var result = remote.carryOut(call)
        if result.isToBeRepeated { result = await repeated(call, path, result) }
        scheduleRemovalOfLeftovers()
        await finish(result.removals)
        return result
    }

    /// Makes a call again until nothing is in its way any more, or it has taken too long; other calls go on meanwhile.
    private func repeated(_ call: any ReadCall, _ path: String, _ first: any CarriedOutCall) async -> any CarriedOutCall
    {
        let start = ContinuousClock.now
        var result = first
        var repetitions = 0
        while result.isToBeRepeated {
            if result.removals.isEmpty {
                guard start.duration(to: .now) < Self.patience else { break }
                try? await loop.scheduleTask(in: Self.pause) {}.futureResult.get()
            } else {
                guard repetitions < Self.repetitions else { break }
                await finish(result.removals)
            }
            repetitions += 1
            result = remote.carryOut(call)
        }
        waits += 1
        logger.info(
            "A call had to wait for links or addresses to become free",
            metadata: [
                "call": "\(path)", "milliseconds": "\(Int(start.duration(to: .now) / .milliseconds(1)))",
                "repetitions": "\(repetitions)", "waits": "\(waits)",
            ])
        return result
    }

    /// Has what could not be removed tried again after a while, also when no further call comes.
    private func scheduleRemovalOfLeftovers() {
        guard remote.hasLeftovers, !isRemovalScheduled else { return }
        isRemovalScheduled = true
        loop.scheduleTask(in: Self.leftoverPause) {
            self.assumeIsolated { service in
                service.isRemovalScheduled = false
                service.remote.removeLeftovers()
                service.scheduleRemovalOfLeftovers()
            }
        }
    }

    nonisolated func refusal(status: Int, reason: String) -> PluginResponse {
        let answer = RemoteAnswer(status: status, error: reason)
        return PluginResponse(status: answer.status, body: answer.body)
    }

    /// Returns when every link that was retired is gone; blocks the calling thread, at the daemon's end.
    nonisolated func finish() throws {
        let drained = loop.makePromise(of: Void.self)
        Task(executorPreference: EventLoopExecutor(loop)) { [reaper] in
            await reaper.drained()
            drained.succeed()
        }
        try drained.futureResult.wait()
        try thread.syncShutdownGracefully()
    }

    /// Has the links removed that an earlier run had no time to remove, or to finish. They harm nobody, so that failing is no reason not to
    /// serve.
    private static func removeUnfinishedLinks(of host: KernelHost, _ logger: Logger) {
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
