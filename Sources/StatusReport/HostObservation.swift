package import DriverCore
package import NetworkTypes

/// What the kernel says about the links and routes that networks use, at one moment.
package struct HostObservation: Sendable {
    package var links: [HostLink]
    /// The links that are up and have a carrier.
    package var carriers: Set<InterfaceIndex>
    /// The host's addresses; left out without shims.
    package var addresses: [HostAddress]
    /// swiftvlan's routes.
    package var routes: [HostRoute]

    package init(
        links: [HostLink] = [], carriers: Set<InterfaceIndex> = [], addresses: [HostAddress] = [],
        routes: [HostRoute] = []
    ) {
        self.links = links
        self.carriers = carriers
        self.addresses = addresses
        self.routes = routes
    }

    /// Reads the host: a few milliseconds for some hundred links.
    package static func read(_ host: any HostReader) throws(DriverError) -> HostObservation {
        let all = try host.linksWithCarriers()
        // Reports show the addresses of shims only, and a host may have thousands of others.
        let hasShims = all.links.contains { $0.owner == .shim }
        return HostObservation(
            links: all.links, carriers: all.carriers, addresses: hasShims ? try host.addresses() : [],
            routes: try host.ownRoutes())
    }
}
