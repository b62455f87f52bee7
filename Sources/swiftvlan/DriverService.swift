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

    private let thread: MultiThreadedEventLoopGroup
    private let loop: any EventLoop
    private let reaper: LinkReaper
    private var remote: RemoteDriver<KernelHost, VolatileStateStore>

    /// The driver's own thread: netlink blocks, and must block neither the server nor Swift's shared threads.
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.executor.asUnownedSerialExecutor() }

    init(reaper: LinkReaper, logger: Logger) throws {
        thread = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        loop = thread.next()
        self.reaper = reaper
        let host = KernelHost(reaper: reaper)
        Self.removeRetiredLinks(of: host, logger)
        let driver = try DriverEngine(host: host, store: VolatileStateStore())
        remote = RemoteDriver(driver, logger: logger)
    }

    func respond(to request: PluginRequest) async -> PluginResponse {
        var answer = remote.answer(path: request.path, body: request.body)
        for _ in 0..<Self.repetitions where answer.isToBeRepeated {
            await finish(answer.removals)
            answer = remote.answer(path: request.path, body: request.body)
        }
        await finish(answer.removals)
        return PluginResponse(status: answer.status, body: answer.body)
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

    /// Has the links removed that an earlier run had no time for. They harm nobody, so that failing is no reason not to
    /// serve.
    private static func removeRetiredLinks(of host: KernelHost, _ logger: Logger) {
        do throws(HostNetworkError) {
            let count = try host.removeRetiredLinks()
            if count > 0 { logger.info("Removing links that an earlier run left", metadata: ["count": "\(count)"]) }
        } catch {
            logger.warning("Links that an earlier run left stay", metadata: ["reason": "\(error.sentence)"])
        }
    }

    private func finish(_ removals: [LinkRemoval]) async {
        for removal in removals { await reaper.finished(removal) }
    }
}
