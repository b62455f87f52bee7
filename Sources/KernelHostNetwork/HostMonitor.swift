package import DriverCore
import Glibc
package import Logging
import Netlink
import RouteNetlink
import Synchronization
import SystemCalls

/// Watches the host's links and routes, on a thread of its own, and says when the driver has to look at them.
///
/// It says that something happened, not what there is now: the driver asks the kernel, which knows better by then.
/// What the driver does itself with endpoints' links is not told.
package final class HostMonitor: Sendable {
    private let logger: Logger
    private let onChange: @Sendable (HostChange) -> Void
    private let bufferSize: Int32
    private let tally = MonitorTally()
    private let run = Mutex<MonitorRun?>(nil)

    /// Makes a monitor that does not watch yet. The closure is called on the monitor's thread, which reads no
    /// notifications meanwhile: it must not take long.
    package convenience init(logger: Logger, onChange: @escaping @Sendable (HostChange) -> Void) {
        self.init(logger: logger, bufferSize: NotificationSocket.defaultBufferSize, onChange: onChange)
    }

    init(logger: Logger, bufferSize: Int32, onChange: @escaping @Sendable (HostChange) -> Void) {
        self.logger = logger
        self.bufferSize = bufferSize
        self.onChange = onChange
    }

    deinit {
        stop()
    }

    /// What has come in so far.
    package var counters: MonitorCounters { tally.counters }

    /// Begins to watch the network namespace of the calling thread. What happens after this has returned is told:
    /// whoever looks at the kernel then misses nothing. Does nothing when it is watching already.
    package func start() throws(HostNetworkError) {
        try run.withLock { (run) throws(HostNetworkError) in
            if run == nil { run = try begin() }
        }
    }

    /// Ends the watching; the closure is not called any more when this returns, unless it is the closure that calls it.
    package func stop() {
        guard let run = run.withLock({ $0.take() }) else { return }
        run.stop.set()
        if !run.isOnItsThread { run.ended.wait() }
    }

    /// Calls the closure on the monitor's thread as soon as that gets to it, which it does not when it hangs; nor when
    /// nothing is being watched.
    package func ping(_ answer: @escaping @Sendable () -> Void) {
        run.withLock { $0?.questions }?.ask(answer)
    }

    private func begin() throws(HostNetworkError) -> MonitorRun {
        let run: MonitorRun
        do throws(SystemError) {
            run = try MonitorRun()
        } catch {
            throw HostNetworkError(watching: error)
        }
        // The thread keeps what it needs and not the monitor, which may go when nobody wants it any more.
        let stop = run.stop
        let questions = run.questions
        let bufferSize = bufferSize
        let loop = MonitorLoop<NotificationSocket>(
            stop: stop, questions: questions, logger: logger, tally: tally, onChange: onChange,
            subscribe: { () throws(SystemError) in
                try .subscribe(until: stop, wakeup: questions.wakeup, bufferSize: bufferSize)
            },
            list: { () throws(RouteError) in
                var client = RouteClient<NetlinkSocket>()
                return try client.links()
            })
        do throws(SystemError) {
            try startThread { run.perform(loop) }
        } catch {
            throw HostNetworkError(watching: error)
        }
        run.begun.wait()
        if let failure = run.failure.withLock({ $0 }) { throw failure }
        return run
    }
}

/// The thread of a monitor, from its start to its end.
private final class MonitorRun: Sendable {
    let begun: StopEvent
    let stop: StopEvent
    let ended: StopEvent
    let questions: MonitorQuestions
    let failure = Mutex<HostNetworkError?>(nil)
    private let thread = Mutex<pthread_t?>(nil)

    init() throws(SystemError) {
        begun = try StopEvent()
        stop = try StopEvent()
        ended = try StopEvent()
        questions = try MonitorQuestions()
    }

    var isOnItsThread: Bool { thread.withLock { $0.map { pthread_equal($0, pthread_self()) != 0 } ?? false } }

    func perform(_ loop: MonitorLoop<NotificationSocket>) {
        thread.withLock { $0 = pthread_self() }
        do throws(HostNetworkError) {
            try loop.run { begun.set() }
        } catch {
            failure.withLock { $0 = error }
            begun.set()
        }
        ended.set()
    }
}
