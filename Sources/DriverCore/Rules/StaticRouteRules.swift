import NetworkTypes

/// Rules for the static routes of a network's endpoints.
enum StaticRouteRules {
    /// Checks requested routes against the network's subnets and the named routers.
    static func check(_ settings: LinkSettings, in network: Network) throws(DriverError) {
        var seen: Set<Claim> = []
        for route in settings.routes {
            if let (why, instead) = objection(to: route, among: settings, in: network) {
                throw .routeNotUsable(route, why: why, instead: instead)
            }
            let claim = Claim(
                destination: route.destination, pool: route.gateway.flatMap { network.pool(of: $0)?.subnet })
            guard seen.insert(claim).inserted else {
                throw .routeNotUsable(
                    route, why: "there is another route to \(route.destination)", instead: "give one of them")
            }
        }
    }

    /// Identifies a route: a destination may be given once per subnet, via a router in that subnet.
    private struct Claim: Hashable {
        let destination: IPPrefix
        let pool: IPPrefix?
    }

    private static func objection(
        to route: StaticRoute, among settings: LinkSettings, in network: Network
    ) -> (why: String, instead: String)? {
        let destination = route.destination
        guard !network.pools.contains(where: { $0.subnet == destination }) else {
            return ("\(destination) is a subnet of the network itself", "leave it out")
        }
        guard network.pools.contains(where: { $0.subnet.family == destination.family }) else {
            return ("the network has no \(destination.family.rawValue) subnet", "leave it out or add one with --subnet")
        }
        guard let gateway = route.gateway else {
            // The engine takes it for a default route and omits it (28.0, libnetwork/osl/interface_linux.go).
            guard destination.address.bits != 0 else {
                return ("the engine installs no such route without a next hop", "name a next hop with \"via\"")
            }
            return nil
        }
        guard !network.attachment.isLayer3 else {
            return ("links at layer 3 have no neighbours to be a next hop", "leave out \"via \(gateway)\"")
        }
        if let router = settings.routers.first(where: { destination == IPPrefix(host: $0) }) {
            return ("\(router) is named as a gateway, which is reached without a next hop", "leave it out")
        }
        let isReached =
            network.pool(of: gateway) != nil || settings.routers.contains(gateway)
            || settings.routes.contains { $0.reaches(gateway) }
        guard isReached else {
            let subnets = network.pools.map(\.subnet.description).joined(separator: ", ")
            return (
                "\(gateway) is in no subnet of the network (\(subnets))",
                "name a next hop in one of them, or add a route to \(gateway) without \"via\""
            )
        }
        return nil
    }
}

extension StaticRoute {
    /// Whether the route reaches an address without a next hop.
    func reaches(_ address: IPAddress) -> Bool { gateway == nil && destination.contains(address) }
}

extension DriverError {
    fileprivate static func routeNotUsable(_ route: StaticRoute, why: String, instead: String) -> DriverError {
        DriverError("route \(route): \(why); \(instead)")
    }
}
