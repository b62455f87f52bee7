package import DriverCore
package import NetworkTypes
import RouteNetlink

extension KernelHost {
    package func isUsable(_ link: HostLink, with addresses: [IPPrefix]) throws(HostNetworkError) -> Bool {
        true
    }
}
