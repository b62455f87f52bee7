package import DriverCore
import Netlink
import NetworkTypes
import RouteNetlink

extension KernelHost {
    package func addresses() throws(DriverError) -> [HostAddress] {
        try described { () throws(RouteError) in try client.addresses() }.map { HostAddress($0) }
    }

    package func addedRoutes(over link: HostLink) throws(DriverError) -> [HostRoute] {
        try described { () throws(RouteError) in
            var found: [HostRoute] = []
            for family in AddressFamily.allCases {
                found += try client.routes(family, over: link.index)
                    .filter { !RouteProtocol.kernels.contains($0.protocol) }.map { HostRoute($0) }
            }
            return found.filter { !$0.isOurs }
        }
    }
}

extension HostAddress {
    /// The driver's view of an address of the kernel's.
    init(_ message: AddressMessage) {
        let isTemporary = message.prefix.family == .ipv6 && message.flags.contains(.temporary)
        self.init(
            message.prefix, on: message.link, isKernels: isTemporary || AddressOrigin.kernel.contains(message.origin))
    }
}
