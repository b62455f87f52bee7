import DriverCore
import ArgumentParser
import Configuration
import KernelHostNetwork
import Logging
import PluginServer
import StateStore
import SystemdSupport

/// The daemon's parts while it serves.
///
/// The start order ensures that no change is missed, and the stop order that no work is lost.
struct RunningDaemon: ~Copyable {
    let service: DriverService
    private let driver: DriverActor
    private let monitor: HostMonitor
    private let listening: ListeningSocket
    private let server: PluginServer
    private let watchdog: Watchdog
    private let logger: Logger

    /// Starts to serve and reports that to systemd. Blocks until the host agrees with the records.
    static func start(_ settings: Settings, logger: Logger) throws -> RunningDaemon {
        let claim = try HostClaim.take()
        if let warning = claim.warning { logger.warning("\(warning)") }
        let startGuard = try CallSocket.inherited().map { try StartGuard(on: $0, logger: logger) }
        defer { startGuard?.end() }
        let driver = try openDriver(settings, logger)
        try claim.answer(on: driver.loop)
        let scheduler = ReconcileScheduler(driver, orphanAge: RetryLimits(settings).orphanAge)
        // Started before the first reconciliation, so that no change is missed.
        let monitor = HostMonitor(logger: logger) { scheduler.hostChanged() }
        try monitor.start()
        try scheduler.start()
        // Only now does the host agree with the records: until then the engine must wait.
        startGuard?.end()
        if try driver.carryOut(putOff: PutOffCalls.ofProcess.take()) { scheduler.removalsArePending() }
        let service = DriverService(driver: driver, scheduler: scheduler, logger: logger)
        let listening = try CallSocket.open(path: settings.socket)
        let server = try PluginServer(socket: listening, responder: service)
        logger.info("Serving", metadata: ["version": "\(Swiftvlan.configuration.version)"])
        let watchdog = Watchdog.ofDaemon(driver, server, monitor, logger: logger)
        Notifier.ready()
        // From now on systemd expects keep-alive messages.
        if let interval = Notifier.watchdogInterval { watchdog.start(interval: interval) }
        return RunningDaemon(
            service: service, driver: driver, monitor: monitor, listening: listening, server: server,
            watchdog: watchdog, logger: logger)
    }

    /// Stops after all received calls are answered and all retired links are gone.
    func stop(after signal: Int32) throws {
        Notifier.stopping()
        watchdog.stopPinging()
        logger.info("Stopping", metadata: ["signal": "\(signal)"])
        listening.removeFile()
        try driver.stopWaiting()
        let allAnswered = try server.shutDown()
        monitor.stop()
        try driver.finish()
        if !allAnswered { logger.warning("Some calls were not answered in time and were cut off") }
    }

    private static func openDriver(_ settings: Settings, _ logger: Logger) throws -> DriverActor {
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
