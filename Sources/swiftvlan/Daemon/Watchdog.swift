import Logging
import NIOCore
import NIOPosix
import Synchronization

/// Feeds systemd's watchdog while all of the daemon's threads answer pings; if one hangs, systemd restarts the daemon
/// (`WatchdogSec=` in systemd.service(5)).
///
/// It runs on its own thread, so that it can log the name of a thread that hangs.
final class Watchdog: Sendable {
    /// A thread that must stay alive.
    struct Part: Sendable {
        let name: String
        /// Pings the thread: returns at once, and the thread calls `answer` as soon as it is free.
        let ping: @Sendable (_ answer: @escaping @Sendable () -> Void) -> Void
    }

    fileprivate struct State {
        /// The parts that have not answered the last ping.
        var silent: Set<String> = []
        var hasWarned = false
        var isPinging = true
    }

    private let parts: [Part]
    private let logger: Logger
    private let feed: @Sendable () -> Void
    private let state = Mutex(State())

    init(_ parts: [Part], logger: Logger, feed: @escaping @Sendable () -> Void) {
        self.parts = parts
        self.logger = logger
        self.feed = feed
    }

    /// Checks the parts four times in the interval, until the process ends.
    ///
    /// A part may take half of the interval to answer, and a part that hangs right after its answer is noticed in time.
    func start(interval: Duration) {
        let pause = TimeAmount.microseconds(max(Int64(interval / .microseconds(4)), 1))
        let loop = MultiThreadedEventLoopGroup(numberOfThreads: 1).next()
        loop.scheduleRepeatedTask(initialDelay: .zero, delay: pause) { _ in self.check() }
    }

    /// Stops the pings but keeps feeding the watchdog, because the threads end one by one. systemd limits the time for
    /// that (`TimeoutStopSec=`).
    func stopPinging() { state.withLock { $0.isPinging = false } }

    /// Feeds the watchdog when all parts have answered the last ping, and pings again.
    func check() {
        let (silent, isPinging) = state.withLock { ($0.silent, $0.isPinging) }
        guard silent.isEmpty || !isPinging else { return warn(of: silent) }
        if state.withLock({ $0.takeWarning() }) { logger.notice("All threads answer again") }
        feed()
        guard isPinging else { return }
        // Before the first ping, which a part may answer at once.
        state.withLock { $0.silent = Set(parts.map(\.name)) }
        for part in parts { part.ping { self.state.withLock { _ = $0.silent.remove(part.name) } } }
    }

    private func warn(of silent: Set<String>) {
        let isNew = state.withLock { state in
            defer { state.hasWarned = true }
            return !state.hasWarned
        }
        guard isNew else { return }
        logger.warning(
            "Threads do not answer; the watchdog is not fed",
            metadata: ["threads": "\(silent.sorted().joined(separator: ", "))"])
    }
}

extension Watchdog.State {
    /// Resets the warning; returns whether it was set.
    fileprivate mutating func takeWarning() -> Bool {
        defer { hasWarned = false }
        return hasWarned
    }
}
