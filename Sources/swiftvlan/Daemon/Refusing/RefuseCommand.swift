import ArgumentParser
import Configuration
import Glibc
import Logging
import HTTPServer
import SystemdSupport

/// `swiftvlan refuse`: stands in for a service that does not start at all, for example because the host refuses its
/// sandbox.
///
/// By then systemd has closed the service's socket. This command listens at the same path, so that the engine receives
/// a reason at once instead of retrying the connection for 15 seconds.
struct RefuseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "refuse",
        abstract: "Refuse Docker Engine's calls for a while because swiftvlan.service does not start.",
        shouldDisplay: false)

    /// The interval of the checks whether the socket is still in place.
    private static let pause = Duration.milliseconds(250)

    @Option(help: ArgumentHelp("How long to refuse calls.", valueName: "seconds"))
    var seconds = 20

    @Option(help: ArgumentHelp("Unix socket to listen on.", valueName: "path"))
    var socket = Settings().socket

    @Argument(help: "The service's properties as systemctl shows them: Result, ExecMainCode and ExecMainStatus.")
    var properties: [String] = []

    func run() throws {
        let signals = DaemonSignals()
        DaemonLogHandler.bootstrap()
        let logger = Logger(label: "swiftvlan")
        let reason = "swiftvlan.service does not start\(UnitEnding(properties).map { " (\($0))" } ?? "")"
        let sentence = """
            swiftvlan cannot serve: \(reason), see `systemctl status swiftvlan.service`; systemd starts it again every \
            \(seconds) seconds
            """
        let listening = try ListeningSocket.bind(path: socket)
        let responder = RefusingResponder(sentence: sentence, removals: nil, logger: logger)
        let server = try HTTPServer(socket: listening, responder: responder, limits: .ofRefusals)
        logger.error("Calls are refused", metadata: ["reason": "\(reason)"])
        let end = ContinuousClock.now + .seconds(seconds)
        // systemd may open its own socket at the same path before that.
        while ContinuousClock.now < end, listening.isInPlace {
            if signals.wait(atMost: Self.pause) != nil { break }
        }
        // The file stays: an engine that finds it retries to connect, and one that does not find it gives up.
        _ = try server.shutDown()
    }
}
