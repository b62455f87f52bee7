package import DriverCore
package import Logging

/// The engine's protocol over a driver: calls in, answers out.
///
/// Synchronous, like the driver that it stands before, and not to be used from two threads.
package struct RemoteDriver<Host: HostNetwork, Store: StateStore> {
    /// The driver behind the protocol.
    package private(set) var driver: DriverEngine<Host, Store>
    private let logger: Logger

    /// Serves the calls of the protocol with a driver.
    package init(_ driver: DriverEngine<Host, Store>, logger: Logger) {
        self.driver = driver
        self.logger = logger
    }

    /// Carries out one call.
    package mutating func carryOut(_ call: any ReadCall) -> any CarriedOutCall { call.carryOut(&driver) }

    /// Whether there are links or routes that could not be removed.
    package var hasLeftovers: Bool { driver.hasLeftovers }

    /// Tries once more to remove what could not be removed.
    package mutating func removeLeftovers() {
        driver.removeLeftovers()
        for notice in driver.takeNotices() { logger.notice("\(notice)") }
    }
}
