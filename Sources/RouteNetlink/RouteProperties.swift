import CMNL

/// Who made a route: `RTPROT_…` (linux/rtnetlink.h); the kernel only keeps it.
package struct RouteProtocol: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    package static let kernel = RouteProtocol(rawValue: 2)
    package static let boot = RouteProtocol(rawValue: 3)
    package static let `static` = RouteProtocol(rawValue: 4)
}

/// How far away a route's destination is: `RT_SCOPE_…` (linux/rtnetlink.h).
package struct RouteScope: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    package static let universe = RouteScope(rawValue: 0)
    package static let link = RouteScope(rawValue: 253)
    package static let host = RouteScope(rawValue: 254)
}

/// What becomes of the packets that a route is found for: `RTN_…` (linux/rtnetlink.h).
package struct RouteType: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// They are sent on.
    package static let unicast = RouteType(rawValue: UInt8(RTN_UNICAST))
    /// They are thrown away without a word.
    package static let blackhole = RouteType(rawValue: UInt8(RTN_BLACKHOLE))
    /// They are refused: their sender is told that the destination cannot be reached.
    package static let unreachable = RouteType(rawValue: UInt8(RTN_UNREACHABLE))
    /// They are refused: their sender is told that it is not allowed.
    package static let prohibit = RouteType(rawValue: UInt8(RTN_PROHIBIT))
    /// The search goes on in the next table.
    package static let `throw` = RouteType(rawValue: UInt8(RTN_THROW))

    /// Those that people and routing daemons make for destinations elsewhere; the kernel makes the others for its own
    /// addresses.
    package static let toElsewhere: Set<RouteType> = [.unicast, .blackhole, .unreachable, .prohibit, .throw]
}
