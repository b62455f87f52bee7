package import DriverCore
import Glibc
package import Logging
import Netlink
import RouteNetlink
import Synchronization
import SystemCalls

/// Watches the host's links, addresses and routes on its own thread, and reports that the driver must read them again.
///
/// It reports only that something changed; the driver asks the kernel for the current state. It does not report the
/// driver's own changes to endpoint links. Events of parents are the exception: the kernel's state does not show them, so
/// they are reported one by one.
package final class HostMonitor: Sendable {
    private let logger: Logger
    private let onChange: @Sendable () -> Void
    private let onParentEvent: @Sendable (ParentEvent) -> Void
    private let bufferSize: Int32
    private let run = Mutex<MonitorRun?>(nil)

    /// Creates a monitor that is not started. Both functions are called on the monitor's thread, which reads no
    /// notifications during the calls, so they must return quickly.
    package convenience init(
        logger: Logger, onChange: @escaping @Sendable () -> Void,
        onParentEvent: @escaping @Sendable (ParentEvent) -> Void = { _ in }
    ) {
        self.init(
            logger: logger, bufferSize: NotificationSocket.defaultBufferSize, onChange: onChange,
            onParentEvent: onParentEvent)
    }

    init(
        logger: Logger, bufferSize: Int32, onChange: @escaping @Sendable () -> Void,
        onParentEvent: @escaping @Sendable (ParentEvent) -> Void = { _ in }
    ) {
        self.logger = logger
        self.bufferSize = bufferSize
        self.onChange = onChange
        self.onParentEvent = onParentEvent
    }

    deinit { stop() }

    /// Starts to watch the network namespace of the calling thread; does nothing if already started.
    ///
    /// Every change after this returns is reported, so a caller that then reads the kernel's tables misses nothing.
    package func start() throws(DriverError) {
        try run.withLock { (run) throws(DriverError) in
            if run == nil { run = try begin() }
        }
    }

    /// Stops watching. `onChange` is not called after this returns, unless `onChange` itself is the caller.
    package func stop() {
        guard let run = run.withLock({ $0.take() }) else { return }
        run.stop.set()
        if !run.isOnItsThread { run.ended.wait() }
    }

    /// Calls `answer` on the monitor's thread as soon as it is free; never calls it while the thread hangs or is not
    /// started.
    package func ping(_ answer: @escaping @Sendable () -> Void) { run.withLock { $0?.pings }?.add(answer) }

    private func begin() throws(DriverError) -> MonitorRun {
        let run: MonitorRun
        do throws(SystemError) {
            run = try MonitorRun()
            // The thread holds no reference to the monitor, so that releasing the last one stops it.
            let loop = loop(of: run)
            try startThread(named: "monitor") { run.perform(loop) }
        } catch {
            throw DriverError(watching: error)
        }
        run.begun.wait()
        if let failure = run.failure.withLock({ $0 }) { throw failure }
        return run
    }

    private func loop(of run: MonitorRun) -> MonitorLoop<NotificationSocket> {
        let (stop, wakeup, bufferSize, logger) = (run.stop, run.pings.wakeup, bufferSize, logger)
        return MonitorLoop(
            stop: stop, pings: run.pings, logger: logger, onChange: onChange, onParentEvent: onParentEvent,
            subscribe: { () throws(SystemError) in
                try .open(RouteNotification.groups, bufferSize: bufferSize, until: stop, wakeup: wakeup)
            },
            listLinks: { () throws(RouteError) in
                var client = RouteClient<NetlinkSocket>()
                client.trace = logger.requestTrace
                return try client.links()
            })
    }
}

/// The thread of a monitor, from its start to its end.
private final class MonitorRun: Sendable {
    let begun: StopEvent
    let stop: StopEvent
    let ended: StopEvent
    let pings: PendingPings
    let failure = Mutex<DriverError?>(nil)
    private let thread = Mutex<pthread_t?>(nil)

    init() throws(SystemError) {
        begun = try StopEvent()
        stop = try StopEvent()
        ended = try StopEvent()
        pings = try PendingPings()
    }

    var isOnItsThread: Bool { thread.withLock { $0.map { pthread_equal($0, pthread_self()) != 0 } ?? false } }

    func perform(_ loop: MonitorLoop<NotificationSocket>) {
        thread.withLock { $0 = pthread_self() }
        do throws(DriverError) {
            try loop.run { begun.set() }
        } catch {
            failure.withLock { $0 = error }
            begun.set()
        }
        ended.set()
    }
}
