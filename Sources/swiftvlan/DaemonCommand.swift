import ArgumentParser
import DriverCore
import KernelHostNetwork
import Logging
import NIOPosix
import PluginServer
import RemoteDriver
import StateStore
import SystemdSupport

/// `swiftvlan daemon`: serves Docker Engine until it is told to stop.
struct DaemonCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "daemon",
        abstract: "Serve Docker Engine as the network driver \"swiftvlan\".",
        discussion: """
            Needs CAP_NET_ADMIN. Takes the socket that systemd hands over under the name swiftvlan.socket, or makes \
            its own. Stops on SIGTERM and SIGINT, after the calls that have arrived are answered.
            """
    )

    @Option(help: "The Unix socket to listen on when systemd hands over none.")
    var socket = "/run/docker/plugins/swiftvlan.sock"

    @Option(
        help: "The least level that is logged: \(Self.levels).",
        transform: { text throws in
            guard let level = Logger.Level(rawValue: text) else {
                throw ValidationError("\"\(text)\" is not a log level; use \(Self.levels)")
            }
            return level
        })
    var logLevel = Logger.Level.info

    private static let levels = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")

    func run() throws {
        // Before there are threads, which inherit what is blocked.
        let signals = StopSignals()
        LoggingSystem.bootstrap(StreamLogHandler.standardError)
        var logger = Logger(label: "swiftvlan")
        logger.logLevel = logLevel

        let listening = try listen()
        let reaper = LinkReaper(logger: logger)
        let service = try DriverService(reaper: reaper, logger: logger)
        let server = try PluginServer(socket: listening, responder: service)
        logger.info("Serving", metadata: ["version": "\(Swiftvlan.configuration.version)"])
        Notifier.ready(status: "Serving")

        let signal = signals.wait()
        Notifier.stopping()
        logger.info("Stopping", metadata: ["signal": "\(signal)"])
        listening.removeFile()
        let allAnswered = try server.shutDown()
        try service.finish()
        if !allAnswered { logger.warning("Some calls were not answered in time and were cut off") }
    }

    private func listen() throws -> ListeningSocket {
        if let descriptor = ListenSockets.take(named: "swiftvlan.socket") {
            return ListeningSocket(inherited: descriptor)
        }
        return try ListeningSocket.bind(path: socket)
    }
}
