import Glibc
import Logging
import HTTPServer
import SystemdSupport

/// The daemon while it cannot serve: refuses the engine's calls with the reason, and retries to serve.
///
/// Unanswered calls would block the engine: its client for socket plugins has no time limit (moby,
/// pkg/plugins/client.go), and it makes calls while it starts. systemd is notified that the service is up, so that no
/// other unit waits for it, and shows the reason as its status.
struct RefusingDaemon {
    /// The pause before the next attempt to serve. An attempt takes some tens of milliseconds, for which calls wait.
    private static let pause = Duration.seconds(5)

    let reason: String
    /// Whether the reason has not been logged yet.
    let isNew: Bool

    /// Refuses calls until the next attempt to serve is due, which replaces this program, or until a signal arrives.
    ///
    /// Returns after a signal to stop, unless removals are worth a last attempt. Throws if calls cannot be answered or
    /// the program cannot be executed.
    func run() throws {
        let signals = DaemonSignals()
        let hadStopPending = signals.isStopPending
        DaemonLogHandler.bootstrap()
        let logger = Logger(label: "swiftvlan")
        let responder = RefusingResponder(sentence: sentence, removals: .ofProcess, logger: logger)
        let listening = try CallSocket.openForRefusal()
        let server = try HTTPServer(socket: listening, responder: responder, limits: .ofRefusals)
        if isNew { logger.error("Cannot serve; calls are refused", metadata: ["reason": "\(reason)"]) }
        Notifier.status("Cannot serve: \(reason)")
        Notifier.ready()
        startWatchdog(server, logger)

        let signal = signals.wait(atMost: Self.pause)
        let isStop = signal != nil && signal != SIGHUP
        // An operator who has fixed the cause may restart the daemon, and only this process knows the removals. A stop
        // signal that arrived before this program was executed has had its attempt already.
        let isLastAttempt = isStop && !hadStopPending && !PutOffCalls.ofProcess.isEmpty
        if let signal, isStop, !isLastAttempt {
            Notifier.stopping()
            logger.info("Stopping", metadata: ["signal": "\(signal)"])
            listening.removeFile()
            _ = try server.shutDown()
            return
        }
        if signal == SIGHUP { Notifier.reloading() }
        _ = try server.shutDown()
        if let signal, isLastAttempt { signals.leave(signal) }
        throw Handover.attempt(after: reason).execute()
    }

    private var sentence: String {
        "swiftvlan cannot serve: \(reason); it tries again every \(Self.pause.components.seconds) seconds"
    }

    private func startWatchdog(_ server: HTTPServer, _ logger: Logger) {
        guard let interval = Notifier.watchdogInterval else { return }
        let part = Watchdog.Part(name: "server") { server.ping($0) }
        Watchdog([part], logger: logger) { Notifier.alive() }.start(interval: interval)
    }
}

extension HTTPServer.Limits {
    /// The limits of a server that refuses calls: none of its answers takes time, so its shutdown must not either.
    static var ofRefusals: Self {
        var limits = Self()
        limits.shutdownSeconds = 1
        return limits
    }
}
