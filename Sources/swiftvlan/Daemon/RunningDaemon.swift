import DriverCore
import ArgumentParser
import Configuration
import KernelHostNetwork
import KernelLAN
import Logging
import Metrics
import HTTPServer
import StateStore
import SystemdSupport

/// The daemon's parts while it serves.
///
/// The start order ensures that no change is missed, and the stop order that no work is lost.
struct RunningDaemon: ~Copyable {
    let service: DriverService
    private let driver: DriverActor
    private let monitor: HostMonitor
    /// Nil without the capability for raw frames.
    private let lan: LANClient?
    private let listening: ListeningSocket
    private let server: HTTPServer
    private let operators: OperatorService
    private let watchdog: Watchdog
    private let logger: Logger

    /// Starts to serve and reports that to systemd. Blocks until the host agrees with the records.
    ///
    /// `canUseLAN` says whether the process has CAP_NET_RAW.
    static func start(
        _ settings: Settings, canUseLAN: Bool, records: OperatorRecords, logger: Logger
    ) throws -> RunningDaemon {
        let claim = try HostClaim.take()
        if let warning = claim.warning { logger.warning("\(warning)") }
        let startGuard = try CallSocket.inherited().map { try StartGuard(on: $0, logger: logger) }
        defer { startGuard?.end() }
        let lan = try startLAN(canUseLAN, logger)
        let ports = RequestPorts()
        let driver = try openDriver(settings, lan, ports, records.metrics, logger)
        try claim.answer(on: driver.loop)
        let scheduler = ReconcileScheduler(driver, orphanAge: RetryLimits(settings).orphanAge)
        // Started before the first reconciliation, so that no change is missed.
        let monitor = HostMonitor(
            logger: logger, ignoring: ports, onChange: { scheduler.hostChanged() },
            onParentEvent: { driver.parentChanged($0) })
        try monitor.start()
        try scheduler.start()
        // Only now does the host agree with the records: until then the engine must wait.
        startGuard?.end()
        if try driver.carryOut(putOff: PutOffCalls.ofProcess.take()) { scheduler.removalsArePending() }
        let service = DriverService(driver: driver, scheduler: scheduler, logger: logger, metrics: records.metrics)
        let listening = try CallSocket.open(path: settings.socket)
        let server = try HTTPServer(socket: listening, responder: service)
        logger.info("Serving", metadata: ["version": "\(Swiftvlan.configuration.version)"])
        let operators = OperatorService.start(settings, driver, scheduler, records.events, logger: logger)
        let watchdog = Watchdog.ofDaemon(driver, server, monitor, lan, logger: logger)
        Notifier.ready()
        // From now on systemd expects keep-alive messages.
        if let interval = Notifier.watchdogInterval { watchdog.start(interval: interval) }
        return RunningDaemon(
            service: service, driver: driver, monitor: monitor, lan: lan, listening: listening, server: server,
            operators: operators, watchdog: watchdog, logger: logger)
    }

    /// Stops after all received calls are answered and all retired links are gone.
    func stop(after signal: Int32) throws {
        Notifier.stopping()
        watchdog.stopPinging()
        logger.info("Stopping", metadata: ["signal": "\(signal)"])
        listening.removeFile()
        try driver.stopWaiting()
        // Before the operators' sockets, which readers may hold up for a second: from now on, new calls wait in systemd's
        // socket for the next daemon instead of being refused here.
        let allAnswered = try server.shutDown()
        operators.stop()
        monitor.stop()
        // Its last answers go to the driver's thread, which therefore ends after it.
        lan?.stop()
        try driver.finish()
        try operators.finish()
        if !allAnswered { logger.warning("Some calls were not answered in time and were cut off") }
    }

    /// Starts the client that asks LANs and announces addresses to them.
    private static func startLAN(_ canUseLAN: Bool, _ logger: Logger) throws -> LANClient? {
        guard canUseLAN else { return nil }
        let lan = LANClient(logger: logger)
        try lan.start()
        return lan
    }

    private static func openDriver(
        _ settings: Settings, _ lan: LANClient?, _ ports: RequestPorts, _ metrics: DaemonMetrics, _ logger: Logger
    ) throws -> DriverActor {
        let store: FileStateStore
        do throws(StateStoreError) {
            store = try FileStateStore.open(
                stateDirectory: settings.stateDirectory, runtimeDirectory: settings.runtimeDirectory)
        } catch {
            throw DriverError.store(error)
        }
        let onFailure: RequestFailureObserver = { metrics.netlinkFailures.count($0) }
        let reaper = LinkReaper(logger: logger, onFailure: onFailure)
        return try DriverActor(
            host: KernelHost(reaper: reaper, logger: logger, ports: ports, onFailure: onFailure),
            store: CountingStore(store, metrics.storeFailures), reaper: reaper, limits: RetryLimits(settings),
            systemStart: SystemStart(store), lan: lan, logger: logger, metrics: metrics)
    }
}

extension Watchdog {
    /// Watches the threads that the daemon cannot do without.
    fileprivate static func ofDaemon(
        _ driver: DriverActor, _ server: HTTPServer, _ monitor: HostMonitor, _ lan: LANClient?,
        logger: Logger
    ) -> Watchdog {
        var parts = [
            Part(name: "driver") { driver.ping($0) },
            Part(name: "server") { server.ping($0) },
            Part(name: "monitor") { monitor.ping($0) },
        ]
        if let lan { parts.append(Part(name: "LAN client") { lan.ping($0) }) }
        return Watchdog(parts, logger: logger) { Notifier.alive() }
    }
}
