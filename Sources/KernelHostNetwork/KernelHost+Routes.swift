package import DriverCore
import Netlink
package import NetworkTypes
import RouteNetlink
import SystemCalls

extension KernelHost {
    package func routes(to destinations: [IPPrefix], in table: RoutingTable) throws(DriverError) -> [HostRoute] {
        let wanted = Set(destinations.map(\.network))
        return try described { () throws(RouteError) in
            var found: [HostRoute] = []
            for family in AddressFamily.allCases where wanted.contains(where: { $0.family == family }) {
                found += try client.routes(family, table: table.number)
                    .filter { wanted.contains($0.destination) }.map { HostRoute($0) }
            }
            return found
        }
    }

    package func ownRoutes() throws(DriverError) -> [HostRoute] {
        try described { () throws(RouteError) in
            var found: [HostRoute] = []
            for family in AddressFamily.allCases {
                found += try client.routes(family, of: .swiftvlan)
                    .map { HostRoute($0) }.filter(\.isOurs)
            }
            return found
        }
    }

    package func add(_ route: HostRoute) throws(DriverError) {
        do throws(RouteError) {
            try client.add(RouteMessage(route))
        } catch {
            throw DriverError(adding: route, error)
        }
    }

    package func remove(_ route: HostRoute) throws(DriverError) {
        do throws(RouteError) {
            try client.remove(RouteMessage(route))
        } catch {
            // The route is already gone, or was removed with its link.
            guard let errno = error.errno, [.noSuchProcess, .noSuchDevice].contains(errno) else {
                throw DriverError(error)
            }
        }
    }
}
