import ArgumentParser
import Configuration
import ControlAPI
import Glibc
import KernelHostNetwork
import Logging

/// What the daemon records for operators.
struct OperatorRecords: Sendable {
    let events = EventLog()
    let metrics = DaemonMetrics()
}

/// Shows operators what the daemon does, on the control socket and, if configured, over TCP.
struct OperatorService: ~Copyable {
    private let keeper: StatusKeeper
    private let events: EventLog
    private let listener: ControlListener

    static func start(
        _ settings: Settings, _ driver: DriverActor, _ scheduler: ReconcileScheduler, _ events: EventLog,
        logger: Logger
    ) -> OperatorService {
        let daemon = DaemonDocument(
            version: Swiftvlan.configuration.version, startedAt: SystemClock.now, processID: getpid(),
            canUseLAN: driver.lan != nil)
        let keeper = StatusKeeper(driver, host: KernelHost(reaper: driver.reaper), daemon: daemon, logger: logger)
        driver.notify { keeper.somethingChanged() }
        let source = DaemonControl(driver: driver, scheduler: scheduler, keeper: keeper, eventLog: events)
        return OperatorService(
            keeper: keeper, events: events, listener: .open(settings, source, logger: logger))
    }

    /// Ends the waits of readers, and closes their connections.
    func stop() {
        events.stop()
        keeper.stopWaiting()
        listener.stop()
    }

    /// Ends the keeper's thread; call it after the driver's thread has ended, which reports changes to it.
    func finish() throws { try keeper.finish() }
}
