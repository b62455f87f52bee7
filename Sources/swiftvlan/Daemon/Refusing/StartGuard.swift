import Glibc
import Logging
import HTTPServer
import SystemCalls
import SystemdSupport

/// Refuses calls while a daemon's start takes too long, for example on a disk that does not answer.
///
/// No error ends such a start, and a kill may not either. The guard has its own thread, because all of the daemon's
/// threads may be waiting for the kernel.
final class StartGuard: Sendable {
    /// How long calls wait for the daemon's start, which takes a few seconds at most, with thousands of networks after
    /// a reboot.
    static let limit = Duration.seconds(30)

    private let isStarted: StopEvent
    private let hasEnded: StopEvent

    /// Starts to measure the time. When it is over, calls on the listening socket, which the guard now owns, are
    /// refused until `end`.
    init(on socket: Int32, after limit: Duration = StartGuard.limit, logger: Logger) throws {
        let (isStarted, hasEnded) = (try StopEvent(), try StopEvent())
        (self.isStarted, self.hasEnded) = (isStarted, hasEnded)
        try startThread(named: "start guard") {
            defer { hasEnded.set() }
            guard !isStarted.wait(milliseconds: Int32(limit / .milliseconds(1))) else { return _ = close(socket) }
            Self.refuse(on: socket, after: limit, logger, until: isStarted)
        }
    }

    /// Ends the refusals, so that calls can be served; blocks until they have ended. May be called again.
    func end() {
        isStarted.set()
        hasEnded.wait()
    }

    private static func refuse(
        on socket: Int32, after limit: Duration, _ logger: Logger, until isStarted: StopEvent
    ) {
        let state = "its start has taken longer than \(limit.components.seconds) seconds"
        let sentence = """
            swiftvlan cannot serve yet: \(state), so the disk with its records or the kernel may hang; \
            see `dmesg` and `journalctl -u swiftvlan`
            """
        logger.error("The start takes too long; calls are refused until it has ended")
        let responder = RefusingResponder(sentence: sentence, removals: .ofProcess, logger: logger)
        let listening = ListeningSocket(inherited: socket)
        guard let server = try? HTTPServer(socket: listening, responder: responder, limits: .ofRefusals) else {
            return
        }
        // The guard does not report that the service is ready: systemd ends a start that takes much longer
        // (TimeoutStartSec=).
        Notifier.status("Cannot serve yet: \(state)")
        isStarted.wait()
        _ = try? server.shutDown()
    }
}
