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
                found += try client.routes(family, over: link.index).filter(\.isAddedByOthers).map { HostRoute($0) }
            }
            return found
        }
    }
}

extension HostAddress {
    /// Creates the driver's view of a kernel address.
    init(_ message: AddressMessage) {
        self.init(
            message.prefix, on: message.link,
            isKernels: message.isFromRouter || AddressOrigin.kernel.contains(message.origin),
            isPreferred: message.prefix.family == .ipv4 || message.flags.isDisjoint(with: .notPreferred))
    }
}

extension AddressFlags {
    /// The flags of IPv6 addresses that the kernel does not choose for new connections (`ipv6_dev_get_saddr` in
    /// net/ipv6/addrconf.c). IPv4 addresses may be deprecated too, but the kernel chooses them nevertheless.
    fileprivate static let notPreferred: AddressFlags = [.tentative, .duplicate, .deprecated]
}

extension AddressMessage {
    /// Whether, according to its flags, the kernel added the address for a router advertisement.
    ///
    /// Before Linux 5.18 only the flags show this. A network service may add such an address too, on a link that it is
    /// configured for.
    fileprivate var isFromRouter: Bool {
        guard prefix.family == .ipv6 else { return false }
        return flags.contains(.temporary) || (flags.contains(.managesTemporary) && !flags.contains(.permanent))
    }
}

extension RouteMessage {
    /// Whether another program added the route. Before Linux 5.11 the kernel's own multicast route has the properties
    /// of a user's route, but is in the kernel's table (`addrconf_add_mroute` in net/ipv6/addrconf.c).
    fileprivate var isAddedByOthers: Bool {
        table != Self.localTable && `protocol` != .swiftvlan && !RouteProtocol.kernels.contains(`protocol`)
    }
}
