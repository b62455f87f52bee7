package import DriverCore
package import Logging

/// The engine's protocol over a driver: calls in, answers out.
///
/// Synchronous, like the driver that it stands before, and not to be used from two threads.
package struct RemoteDriver<Host: HostNetwork, Store: StateStore> {
    /// The driver behind the protocol.
    package internal(set) var driver: DriverEngine<Host, Store>
    private let logger: Logger
    private var repeated = RepeatedNotices()

    /// Serves the calls of the protocol with a driver.
    package init(_ driver: DriverEngine<Host, Store>, logger: Logger) {
        self.driver = driver
        self.logger = logger
    }

    /// Carries out one call.
    package mutating func carryOut(_ call: any ReadCall) -> any CarriedOutCall { call.carryOut(&driver) }

    /// How long something on the host that no record accounts for is left alone, from the next look on.
    package mutating func leaveAlone(for orphanAge: Duration) { driver.orphanAge = orphanAge }

    /// Whether there is something that could not be removed.
    package var hasLeftovers: Bool { driver.hasLeftovers }

    /// Tries once more to remove what could not be removed; `now` is the time since some fixed moment.
    package mutating func removeLeftovers(at now: Duration) {
        driver.removeLeftovers()
        tellNotices(at: now)
    }

    /// Makes the host agree with the records again, and logs what was found and done; tells whether anything was
    /// done or tried. `now` is the time since some fixed moment.
    package mutating func repair(at now: Duration, _ extent: LookExtent) -> Bool {
        let before = (driver.repairs.total, driver.repairs.attempts)
        driver.repair(at: now, extent)
        tellNotices(at: now)
        return (driver.repairs.total, driver.repairs.attempts) != before
    }

    private mutating func tellNotices(at now: Duration) {
        for notice in driver.takeNotices() {
            let verdict = repeated.judge(notice.subject, at: now)
            guard verdict != .leftOut else { continue }
            let rest = verdict == .toldAsLast ? " (more of this is left out for a minute)" : ""
            logger.log(level: notice.severity == .problem ? .warning : .notice, "\(notice)\(rest)")
        }
    }
}
