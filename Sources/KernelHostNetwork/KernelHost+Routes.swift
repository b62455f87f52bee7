package import DriverCore
import Netlink
package import NetworkTypes
import RouteNetlink

extension KernelHost {
    package func routes(to destinations: [IPPrefix]) throws(HostNetworkError) -> [HostRoute] {
        try described { () throws(RouteError) in
            var found: [HostRoute] = []
            for family in AddressFamily.allCases where destinations.contains(where: { $0.family == family }) {
                let all = try client.routes(family)
                found += all.filter { $0.table == RouteMessage.mainTable && destinations.contains($0.destination) }
                    .map { HostRoute($0) }
            }
            return found
        }
    }

    package func add(_ route: HostRoute) throws(HostNetworkError) {
        try described { () throws(RouteError) in try client.add(RouteMessage(route)) }
    }

    package func remove(_ route: HostRoute) throws(HostNetworkError) {
        do throws(RouteError) {
            try client.remove(RouteMessage(route))
        } catch {
            guard error.errno != .noSuchProcess else { return }
            throw HostNetworkError(error)
        }
    }
}
