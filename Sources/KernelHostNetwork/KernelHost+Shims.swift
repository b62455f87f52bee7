package import DriverCore
import Netlink
package import NetworkTypes
import RouteNetlink
import SystemCalls

extension KernelHost {
    package func neighbors(on shim: HostLink) throws(DriverError) -> [HostNeighbor] {
        try described { () throws(RouteError) in try client.neighbors(on: shim.index) }
            .filter { $0.link == shim.index }.compactMap { HostNeighbor($0) }
    }

    package func add(_ address: IPAddress, to shim: HostLink) throws(DriverError) {
        guard let message = AddressMessage(address, of: shim) else { return }
        do throws(RouteError) {
            try client.add(message, linkName: shim.name)
        } catch {
            guard error.errno != .alreadyExists else { return }
            throw DriverError(changing: address.family, of: shim, error)
        }
    }

    package func remove(_ address: IPAddress, from shim: HostLink) throws(DriverError) {
        guard let message = AddressMessage(address, of: shim) else { return }
        do throws(RouteError) {
            try client.remove(message, linkName: shim.name)
        } catch {
            // The last one: IPv6 is off on the link, which therefore has no IPv6 address (`inet6_addr_del`).
            let absent: Set<Errno> = [.addressNotAvailable, .noSuchDevice, .noSuchAddress]
            guard let errno = error.errno, absent.contains(errno) else { throw DriverError(error) }
        }
    }

    package func add(_ neighbor: HostNeighbor) throws(DriverError) {
        let shim = try shim(of: neighbor)
        do throws(RouteError) {
            try client.put(NeighborMessage(neighbor), linkName: shim.name)
        } catch {
            throw DriverError(changing: neighbor.address.family, of: shim, error)
        }
    }

    package func remove(_ neighbor: HostNeighbor) throws(DriverError) {
        do throws(RouteError) {
            try client.remove(NeighborMessage(neighbor), linkName: "index \(neighbor.linkIndex)")
        } catch {
            guard let errno = error.errno, [.noSuchEntry, .noSuchDevice].contains(errno) else {
                throw DriverError(error)
            }
        }
    }

    package func replace(_ route: HostRoute) throws(DriverError) {
        do throws(RouteError) {
            try client.add(RouteMessage(route))
        } catch {
            guard error.errno == .alreadyExists, try isOurs(route) else {
                throw DriverError(adding: route, error)
            }
            try replaceOwn(route)
        }
    }

    private func replaceOwn(_ route: HostRoute) throws(DriverError) {
        do throws(RouteError) {
            try client.replace(RouteMessage(route))
        } catch {
            throw DriverError(adding: route, error)
        }
    }

    /// Whether the route to a destination in a table is swiftvlan's: the kernel would replace any program's.
    private func isOurs(_ route: HostRoute) throws(DriverError) -> Bool {
        try ownRoutes().contains { $0.destination == route.destination && $0.table == route.table }
    }

    /// Returns the link of a neighbor, for error messages.
    private func shim(of neighbor: HostNeighbor) throws(DriverError) -> HostLink {
        guard let shim = try link(at: neighbor.linkIndex) else {
            throw DriverError(
                .other, message: "add neighbor \(neighbor.address): link index \(neighbor.linkIndex) does not exist")
        }
        return shim
    }
}

extension AddressMessage {
    /// Creates the kernel's view of an address of a shim.
    ///
    /// It brings no route, or the whole subnet would be reached through the shim, and the kernel sends no duplicate
    /// address detection for it: the host has the address already, or it was reserved.
    fileprivate init?(_ address: IPAddress, of shim: HostLink) {
        guard let prefix = IPPrefix(address, length: address.family.bitWidth) else { return nil }
        let flags: AddressFlags = address.family == .ipv6 ? [.noPrefixRoute, .noDuplicateDetection] : .noPrefixRoute
        self.init(link: shim.index, prefix: prefix, flags: flags)
    }
}

extension HostNeighbor {
    /// Creates the driver's view of a neighbor; nil if it is not swiftvlan's.
    fileprivate init?(_ message: NeighborMessage) {
        guard message.state == .permanent, message.protocol == .swiftvlan, let macAddress = message.macAddress else {
            return nil
        }
        self.init(message.address, at: macAddress, on: message.link)
    }
}

extension NeighborMessage {
    /// Creates the kernel's view of a driver neighbor.
    fileprivate init(_ neighbor: HostNeighbor) {
        self.init(
            link: neighbor.linkIndex, address: neighbor.address, macAddress: neighbor.macAddress, protocol: .swiftvlan)
    }
}

extension DriverError {
    /// Creates the driver's error for an address or a neighbor of a shim that the kernel refused.
    ///
    /// Without IPv6 on the link, the kernel refuses an address with `EACCES` if it is off (`inet6_addr_add` in
    /// net/ipv6/addrconf.c), and with `EINVAL` if the link's MTU is too small (`ipv6_add_dev`); a neighbor always with
    /// `EINVAL` (`ndisc_constructor` in net/ipv6/ndisc.c). `EOPNOTSUPP` and `EAFNOSUPPORT` come from a kernel without
    /// IPv6.
    fileprivate init(changing family: AddressFamily, of shim: HostLink, _ error: RouteError) {
        let smallestMTU = 1280
        switch (family, error.errno) {
        case (.ipv6, .invalidArgument) where (shim.mtu ?? smallestMTU) < smallestMTU:
            self.init(.other, message: "\(error); IPv6 needs a link with an MTU of \(smallestMTU) or more")
        case (.ipv6, .accessDenied), (.ipv6, .invalidArgument):
            self.init(.ipv6Off, message: error.description)
        case (.ipv6, .notSupported), (.ipv6, .addressFamilyNotSupported):
            self.init(.ipv6Missing, message: error.description)
        default: self.init(error)
        }
    }
}
