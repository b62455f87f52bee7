package import DriverCore
import NetworkTypes

/// What the kernel says about the links and routes that networks use, at one moment.
package struct HostObservation: Sendable {
    package var links: [HostLink]
    package var addresses: [HostAddress]
    /// swiftvlan's routes.
    package var routes: [HostRoute]

    package init(links: [HostLink] = [], addresses: [HostAddress] = [], routes: [HostRoute] = []) {
        self.links = links
        self.addresses = addresses
        self.routes = routes
    }

    /// Reads the host: a few milliseconds for some hundred links.
    package static func read(_ host: any HostReader) throws(DriverError) -> HostObservation {
        HostObservation(
            links: try host.links(), addresses: try host.addresses(), routes: try host.ownRoutes())
    }
}
