import ArgumentParser
import DriverCore
import Glibc
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

    @Option(help: "The directory of the networks' records; they survive reboots.")
    var stateDirectory = Self.directory(from: "STATE_DIRECTORY") ?? "/var/lib/swiftvlan"

    @Option(help: "The directory of the endpoints' records, in memory: they are gone after a reboot, like their links.")
    var runtimeDirectory = Self.directory(from: "RUNTIME_DIRECTORY") ?? "/run/swiftvlan"

    @Option(
        help: """
            How many seconds after a start together with the host containers' starts wait for a parent that is late.
            """)
    var parentWait: UInt16 = 60

    @Option(
        help: """
            After how many seconds links without a record, and endpoints without a link, are taken for left over.
            """)
    var orphanAge: UInt16 = 30

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

        let inherited = ListenSockets.take(named: "swiftvlan.socket")
        let store = try openStore()
        let reaper = LinkReaper(logger: logger)
        let patience = Patience(parentWait: Int(parentWait), orphanAge: Int(orphanAge))
        let service = try DriverService(store: store, reaper: reaper, patience: patience, logger: logger)
        // Watched from before the first look on, so that no change is missed.
        let monitor = HostMonitor(logger: logger) { _ in service.hostChanged() }
        try monitor.start()
        try service.startLooking()
        // Not before the host agrees with the records: until then the engine has to wait.
        let listening = try inherited.map { ListeningSocket(inherited: $0) } ?? ListeningSocket.bind(path: socket)
        let server = try PluginServer(socket: listening, responder: service)
        logger.info("Serving", metadata: ["version": "\(Swiftvlan.configuration.version)"])
        Notifier.ready()

        let signal = signals.wait()
        Notifier.stopping()
        logger.info("Stopping", metadata: ["signal": "\(signal)"])
        listening.removeFile()
        try service.stopWaiting()
        let allAnswered = try server.shutDown()
        monitor.stop()
        try service.finish()
        if !allAnswered { logger.warning("Some calls were not answered in time and were cut off") }
    }

    private func openStore() throws(DriverError) -> FileStateStore {
        do throws(StateStoreError) {
            return try FileStateStore.open(stateDirectory: stateDirectory, runtimeDirectory: runtimeDirectory)
        } catch {
            throw .store(error)
        }
    }

    /// The directory that systemd made for the service (systemd.exec(5)): the first, where there are several.
    private static func directory(from variable: String) -> String? {
        guard let text = getenv(variable).map({ String(cString: $0) }) else { return nil }
        return text.split(separator: ":").first.map(String.init)
    }
}
