import ArgumentParser
import Configuration
import Glibc
import Logging
import SystemdSupport

/// `swiftvlan daemon`: serves Docker Engine until a signal stops it.
struct DaemonCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "daemon",
        abstract: "Serve Docker Engine as the network driver \"swiftvlan\".",
        discussion: """
            Needs CAP_NET_ADMIN, and CAP_NET_RAW to check for address conflicts and to announce addresses. Listens on \
            the socket that systemd passes as swiftvlan.socket, or creates its own. SIGTERM and SIGINT stop the daemon \
            after it has answered pending calls. SIGHUP reloads some settings (\(reloadable)); the others need a restart.

            A daemon that cannot serve exits with the reason. With a socket from systemd, it refuses calls with the \
            reason instead, and tries again every five seconds and on SIGHUP.

            Options take precedence over the environment, the environment over the file, and the file over the \
            defaults. The file uses the option names as keys; the environment uses SWIFTVLAN_LOG_LEVEL for --log-level, \
            and so on. STATE_DIRECTORY and RUNTIME_DIRECTORY, which systemd sets, override the file.

            Exit status: 0 after a signal, or if --check-config finds no error; 1 if the configuration is wrong or the \
            daemon cannot serve; 64 if an option is wrong.
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

    @Flag(help: "Check the configuration, print \"OK\" or a list of errors, and exit.")
    var checkConfig = false

    func run() throws {
        let sources = SettingSources(path: config, flags: flags.values) { name in
            getenv(name).map { String(cString: $0) }
        }
        guard !checkConfig else { return check(sources) }
        try serve(try sources.read(), from: sources)
    }

    private func check(_ sources: SettingSources) {
        do {
            _ = try sources.read()
            print("OK")
        } catch {
            Self.exit(withError: error)
        }
    }

    /// Serves until a signal stops the daemon; throws if it cannot start to serve.
    private func serve(_ settings: Settings, from sources: SettingSources) throws {
        // Before other threads start, which inherit the capabilities and the blocked signals.
        let capabilities = try Capabilities.keepNeeded()
        let signals = DaemonSignals()
        let levels = LogLevelSwitch(settings.logLevel)
        let records = OperatorRecords()
        let output = SwitchedLogHandler(
            DaemonLogHandler(isJournal: Journal.isStandardError), levels, counts: records.metrics.logEvents)
        LoggingSystem.bootstrap { _ in EventRecorder(output, records.events) }
        let logger = Logger(label: DaemonLogHandler.identifier)
        let daemon = try RunningDaemon.start(
            settings, canUseLAN: capabilities.canUseLAN, records: records, logger: logger)
        if !capabilities.canUseLAN { logger.notice("\(Capabilities.noLAN)") }
        var reloader = Reloader(settings, from: sources, logger: logger, levels: levels, service: daemon.service)
        let signal = signals.waitForStop { reloader.reload() }
        do {
            try daemon.stop(after: signal)
        } catch {
            // Exits here instead of throwing: the daemon did serve, so it need not refuse calls.
            Self.exit(withError: error)
        }
    }
}
