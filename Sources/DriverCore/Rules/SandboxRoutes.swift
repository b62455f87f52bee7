import NetworkTypes

/// Rules for the routes of a container in several networks.
enum SandboxRoutes {
    /// Refuses an endpoint with a route whose destination another of the container's swiftvlan networks already has.
    ///
    /// The kernel accepts one route per destination and metric. The engine sets no metric and would fail with "file
    /// exists". Default routes are left to the engine, which installs one.
    static func check(_ endpoint: Endpoint, in network: Network, _ registry: Registry) throws(DriverError) {
        guard let sandbox = endpoint.sandbox else { return }
        let wanted = EndpointRoutes(of: endpoint, in: network).routes.filter { $0.destination.length > 0 }
        // A container is in a network only once; another endpoint of it in this network is one that Docker lost.
        let others = registry.endpoints(inSandbox: sandbox).filter { $0.networkID != network.id }
        // Sorted, so that the same network is named every time.
        for other in others.sorted(by: { $0.id.text < $1.id.text }) {
            guard let otherNetwork = registry.networks[other.networkID] else { continue }
            let taken = Set(EndpointRoutes(of: other, in: otherNetwork).routes.map(\.destination))
            guard let route = wanted.first(where: { taken.contains($0.destination) }) else { continue }
            let isRouter = endpoint.settings.routers.contains(route.destination.address)
            throw isRouter ? .routerOfAnother(route, otherNetwork.id) : .routeOfAnother(route, otherNetwork.id)
        }
    }
}

extension DriverError {
    fileprivate static func routerOfAnother(_ route: StaticRoute, _ other: NetworkID) -> DriverError {
        DriverError(
            "gateway \(route.destination.address): the container already has a route to it through network "
                + "\(other.short), and the kernel allows only one; start the container with driver-opt=gateway=none for one "
                + "of the two networks")
    }

    fileprivate static func routeOfAnother(_ route: StaticRoute, _ other: NetworkID) -> DriverError {
        DriverError(
            "route \(route): the container already has a route to \(route.destination) through network "
                + "\(other.short), and the kernel allows only one; start the container with other routes for one of the "
                + "two networks, as in driver-opt=routes=SUBNET")
    }
}
