import Logging
import NIOCore
import NIOPosix
import Synchronization

/// Tells systemd that the daemon is alive, for as long as each of its threads answers when it is asked; when one hangs,
/// systemd ends the daemon and starts it anew (`WatchdogSec=` in systemd.service(5)).
///
/// It asks from a thread of its own, which does nothing else: so the one that hangs is named in the log.
final class Watchdog: Sendable {
    /// A thread that has to stay alive.
    struct Part: Sendable {
        let name: String
        /// Returns at once, and has the closure called by the thread as soon as that gets to it.
        let ping: @Sendable (_ answer: @escaping @Sendable () -> Void) -> Void
    }

    fileprivate struct State {
        /// Those that were asked and have not answered.
        var silent: Set<String> = []
        var hasWarned = false
        var isAsking = true
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

    /// Looks after the parts until the process ends. It does so four times within the interval: a part that answers
    /// within half of it costs no feeding in time, and one that was asked last just before it hung is noticed.
    func start(interval: Duration) {
        let pause = TimeAmount.microseconds(max(Int64(interval / .microseconds(4)), 1))
        let loop = MultiThreadedEventLoopGroup(numberOfThreads: 1).next()
        loop.scheduleRepeatedTask(initialDelay: .zero, delay: pause) { _ in self.look() }
    }

    /// Tells without asking from now on: the threads end one by one, and how long that may take systemd knows already
    /// (`TimeoutStopSec=`).
    func endAsking() {
        state.withLock { $0.isAsking = false }
    }

    /// Feeds the watchdog when everybody has answered since the last time, and asks again.
    func look() {
        let (silent, isAsking) = state.withLock { ($0.silent, $0.isAsking) }
        guard silent.isEmpty || !isAsking else { return warn(of: silent) }
        if state.withLock({ $0.takeWarning() }) { logger.notice("All threads answer again") }
        feed()
        guard isAsking else { return }
        // Before the first is asked: it may answer at once.
        state.withLock { $0.silent = Set(parts.map(\.name)) }
        for part in parts {
            part.ping { self.state.withLock { _ = $0.silent.remove(part.name) } }
        }
    }

    private func warn(of silent: Set<String>) {
        let isNew = state.withLock { state in
            defer { state.hasWarned = true }
            return !state.hasWarned
        }
        guard isNew else { return }
        logger.warning(
            "The watchdog is not fed while a thread does not answer",
            metadata: ["threads": "\(silent.sorted().joined(separator: ", "))"])
    }
}

extension Watchdog.State {
    /// Whether there was a warning, which is over now.
    fileprivate mutating func takeWarning() -> Bool {
        defer { hasWarned = false }
        return hasWarned
    }
}
