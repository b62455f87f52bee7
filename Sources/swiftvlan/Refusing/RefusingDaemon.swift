import Glibc
import Logging
import PluginServer
import SystemdSupport

/// The daemon while it cannot serve: it refuses the engine's calls with the reason, and tries again to serve.
///
/// Unanswered calls would hold up the engine: its client for socket plugins has no time limit (moby,
/// pkg/plugins/client.go), and it calls while it starts. systemd gets to know that the service is up, so that nothing
/// else waits for it, and shows the reason as its status.
struct RefusingDaemon {
    /// How often it tries again to serve. An attempt takes some tens of milliseconds, for which calls wait.
    private static let pause = Duration.seconds(5)

    let reason: String
    /// Whether the log lacks the reason.
    let isNew: Bool

    /// Refuses calls until an attempt is due, which takes this program's place, or a signal comes; returns after one to
    /// stop, unless removals are worth a last attempt. Throws when calls cannot be answered, or the program cannot be
    /// executed.
    func run() throws {
        let signals = DaemonSignals()
        let isStopOld = signals.isStopPending
        LoggingSystem.bootstrap { StreamLogHandler(label: $0, stream: LogStream()) }
        let logger = Logger(label: "swiftvlan")
        let responder = RefusingResponder(sentence: sentence, removals: .ofProcess, logger: logger)
        let listening = try CallSocket.openForRefusal()
        let server = try PluginServer(socket: listening, responder: responder, limits: .ofRefusals)
        if isNew { logger.error("Cannot serve; calls are refused", metadata: ["reason": "\(reason)"]) }
        Notifier.status("Cannot serve: \(reason)")
        Notifier.ready()
        startWatchdog(server, logger)

        let signal = signals.wait(atMost: Self.pause)
        let isStop = signal != nil && signal != SIGHUP
        // Who has mended what was wrong may restart the daemon, and this process alone knows the removals. A stop that came
        // before this program was executed has had its attempt.
        let isLastAttempt = isStop && !isStopOld && !PutOffCalls.ofProcess.isEmpty
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

    private func startWatchdog(_ server: PluginServer, _ logger: Logger) {
        guard let interval = Notifier.watchdogInterval else { return }
        let part = Watchdog.Part(name: "server") { server.ping($0) }
        Watchdog([part], logger: logger) { Notifier.alive() }.start(interval: interval)
    }
}

extension PluginServer.Limits {
    /// Those of a server that refuses: nothing that it answers takes time, so that its end must not either.
    static var ofRefusals: Self {
        var limits = Self()
        limits.shutdownSeconds = 1
        return limits
    }
}
