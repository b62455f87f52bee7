import CMNL

/// The origin of a route: `RTPROT_…` (linux/rtnetlink.h); the kernel only stores it.
package struct RouteProtocol: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// A received redirect.
    package static let redirect = RouteProtocol(rawValue: UInt8(RTPROT_REDIRECT))
    /// The kernel, for an address that was added.
    package static let kernel = RouteProtocol(rawValue: UInt8(RTPROT_KERNEL))
    /// A router advertisement (RFC 4861).
    package static let routerAdvertisement = RouteProtocol(rawValue: UInt8(RTPROT_RA))
}

/// The distance of a route's destination: `RT_SCOPE_…` (linux/rtnetlink.h).
package struct RouteScope: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let universe = RouteScope(rawValue: 0)
    package static let link = RouteScope(rawValue: 253)
}

/// The kernel's treatment of a route's packets: `RTN_…` (linux/rtnetlink.h).
package struct RouteType: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Forwards them.
    package static let unicast = RouteType(rawValue: UInt8(RTN_UNICAST))
    /// Drops them silently.
    package static let blackhole = RouteType(rawValue: UInt8(RTN_BLACKHOLE))
    /// Drops them and sends "host unreachable" to the sender.
    package static let unreachable = RouteType(rawValue: UInt8(RTN_UNREACHABLE))
    /// Drops them and sends "administratively prohibited" to the sender.
    package static let prohibit = RouteType(rawValue: UInt8(RTN_PROHIBIT))
    /// Continues the lookup in the next table.
    package static let `throw` = RouteType(rawValue: UInt8(RTN_THROW))

    /// The types that users and routing daemons create; the kernel creates the others for its own addresses.
    package static let toElsewhere: Set<RouteType> = [.unicast, .blackhole, .unreachable, .prohibit, .throw]
}
