import ArgumentParser
import Configuration
import DriverCore
import Glibc
import KernelHostNetwork
import Logging
import PluginServer
import StateStore
import SystemdSupport

/// `swiftvlan daemon`: serves Docker Engine until a signal stops it.
struct DaemonCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "daemon",
        abstract: "Serve Docker Engine as the network driver \"swiftvlan\".",
        discussion: """
            Needs CAP_NET_ADMIN. Listens on the socket that systemd passes as swiftvlan.socket, or else creates its \
            own. SIGTERM and SIGINT stop the daemon after it has answered pending calls. SIGHUP reloads some \
            settings (\(reloadable)); the others need a restart.

            Precedence: flags, environment, file, defaults. The environment has SWIFTVLAN_LOG_LEVEL for --log-level \
            and so on, the file has the flags' names as keys. SWIFTVLAN_CONFIG stands for --config. STATE_DIRECTORY \
            and RUNTIME_DIRECTORY, which systemd sets, override the file.
            """
    )

    private static let reloadable = SettingTable.all.filter(\.isReloadable).map(\.key).joined(separator: ", ")

    @Option(
        help: ArgumentHelp(
            "Configuration file, which must exist if named. (default: \(SettingSources.defaultPath), if it exists)",
            valueName: "path"),
        completion: .file(extensions: ["toml"]))
    var config: String?

    @OptionGroup
    var flags: SettingFlags

    @Flag(help: "Check the configuration and exit: 0 after \"OK\", or 1 after a list of errors.")
    var checkConfig = false

    func run() throws {
        let sources = SettingSources(path: config, flags: flags.values) { name in
            getenv(name).map { String(cString: $0) }
        }
        let settings = try sources.read()
        if checkConfig {
            print("OK")
        } else {
            try serve(settings, from: sources)
        }
    }

    private func serve(_ settings: Settings, from sources: SettingSources) throws {
        // Before there are threads, which inherit what they may do and what is blocked.
        try Capabilities.keepNetAdminOnly()
        let signals = DaemonSignals()
        let levels = LogLevelSwitch(settings.logLevel)
        LoggingSystem.bootstrap { SwitchedLogHandler(StreamLogHandler(label: $0, stream: LogStream()), levels) }
        let logger = Logger(label: "swiftvlan")
        let claim = try HostClaim.take()
        if let warning = claim.warning { logger.warning("\(warning)") }
        let inherited = ListenSockets.take(named: "swiftvlan.socket")
        let driver = try openDriver(settings, logger)
        try claim.answer(on: driver.loop)
        let scheduler = ReconcileScheduler(driver, orphanAge: RetryLimits(settings).orphanAge)
        // Watched from before the first reconciliation on, so that no change is missed.
        let monitor = HostMonitor(logger: logger) { scheduler.hostChanged() }
        try monitor.start()
        try scheduler.start()
        let service = DriverService(driver: driver, scheduler: scheduler, logger: logger)
        // Not before the host agrees with the records: until then the engine has to wait.
        let listening =
            try inherited.map { ListeningSocket(inherited: $0) } ?? ListeningSocket.bind(path: settings.socket)
        let server = try PluginServer(socket: listening, responder: service)
        logger.info("Serving", metadata: ["version": "\(Swiftvlan.configuration.version)"])
        let watchdog = Watchdog.ofDaemon(driver, server, monitor, logger: logger)
        Notifier.ready()
        // From now on systemd waits for signs of life.
        if let interval = Notifier.watchdogInterval { watchdog.start(interval: interval) }

        var reloader = Reloader(settings, from: sources, logger: logger, levels: levels, service: service)
        let signal = signals.waitForStop { reloader.reload() }
        Notifier.stopping()
        watchdog.endAsking()
        logger.info("Stopping", metadata: ["signal": "\(signal)"])
        listening.removeFile()
        try driver.stopWaiting()
        let allAnswered = try server.shutDown()
        monitor.stop()
        try driver.finish()
        if !allAnswered { logger.warning("Some calls were not answered in time and were cut off") }
    }

    private func openDriver(_ settings: Settings, _ logger: Logger) throws -> DriverActor {
        let store: FileStateStore
        do throws(StateStoreError) {
            store = try FileStateStore.open(
                stateDirectory: settings.stateDirectory, runtimeDirectory: settings.runtimeDirectory)
        } catch {
            throw DriverError.store(error)
        }
        let reaper = LinkReaper(logger: logger)
        return try DriverActor(
            store: store, reaper: reaper, limits: RetryLimits(settings), systemStart: SystemStart(store), logger: logger
        )
    }
}

extension Watchdog {
    /// Watches the threads that the daemon cannot do without.
    fileprivate static func ofDaemon(
        _ driver: DriverActor, _ server: PluginServer, _ monitor: HostMonitor, logger: Logger
    ) -> Watchdog {
        let parts = [
            Part(name: "driver") { driver.ping($0) },
            Part(name: "server") { server.ping($0) },
            Part(name: "monitor") { monitor.ping($0) },
        ]
        return Watchdog(parts, logger: logger) { Notifier.alive() }
    }
}
