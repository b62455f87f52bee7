import NetworkTypes
import RouteNetlink
import Testing

func name(_ text: String) throws -> InterfaceName { try #require(InterfaceName(text)) }

func index(_ number: Int32) throws -> InterfaceIndex { try #require(InterfaceIndex(number)) }

func newLink(_ text: String, _ kind: LinkKind, on parent: Int32? = nil) throws -> NewLink {
    NewLink(name: try name(text), kind: kind, parent: parent.flatMap { InterfaceIndex($0) })
}

func prefix(_ text: String) throws -> IPPrefix { try #require(IPPrefix(text)) }

/// Returns an address of the captured link `p0`.
func address(_ text: String) throws -> AddressMessage {
    AddressMessage(link: try index(3), prefix: try prefix(text))
}

/// Returns an entry for the captured link `p0`.
func neighbor(_ text: String) throws -> NeighborMessage {
    NeighborMessage(
        link: try index(3), address: try #require(IPAddress(text)), macAddress: MACAddress(bits: 0x0242_AC11_000C),
        protocol: RouteProtocol(rawValue: 118))
}

/// Returns the first captured filter.
func capturedFilter() throws -> IngressFilter {
    let program: [FilterInstruction] = [
        FilterInstruction(code: 40, operand: 6), FilterInstruction(code: 21, jumpIfFalse: 2, operand: 578),
        FilterInstruction(code: 32, operand: 8),
        FilterInstruction(code: 21, jumpIfTrue: 2, jumpIfFalse: 1, operand: 2_886_795_266),
        FilterInstruction(code: 6, operand: 2), FilterInstruction(code: 5, operand: 0),
        FilterInstruction(code: 6, operand: 4_294_967_295),
    ]
    return IngressFilter(link: try index(3), program: program)
}

extension RouteProtocol {
    static let boot = RouteProtocol(rawValue: 3)
    static let `static` = RouteProtocol(rawValue: 4)
}

/// The routes of the captured requests and replies.
enum Routes {
    static func defaultV4() throws -> RouteMessage {
        RouteMessage(
            to: .everything(.ipv4), via: IPAddress("10.1.0.1"), link: try index(3),
            protocol: RouteProtocol(rawValue: 84))
    }

    static func linkV4() throws -> RouteMessage {
        RouteMessage(
            to: try prefix("10.2.0.0/16"), link: try index(3), preferredSource: IPAddress("10.1.0.2"),
            protocol: .static)
    }

    static func tableV4() throws -> RouteMessage {
        RouteMessage(
            to: try prefix("10.4.0.0/16"), via: IPAddress("10.1.0.1"), link: try index(3), table: 1000, protocol: .boot)
    }

    static func defaultV6() throws -> RouteMessage {
        RouteMessage(
            to: .everything(.ipv6), via: IPAddress("fd00::1"), link: try index(3),
            protocol: RouteProtocol(rawValue: 84))
    }

    static func linkV6() throws -> RouteMessage {
        RouteMessage(to: try prefix("fd00:2::/48"), link: try index(3), protocol: .static)
    }

    /// Returns the route that the kernel adds for an address.
    static func connected(_ text: String, on link: Int32 = 3, source: String? = nil) throws -> RouteMessage {
        let destination = try prefix(text)
        return RouteMessage(
            to: destination, link: try index(link), preferredSource: source.flatMap { IPAddress($0) },
            protocol: .kernel, metric: destination.family == .ipv4 ? nil : 256)
    }

    /// Returns a route with swiftvlan's protocol.
    static func own(_ text: String) throws -> RouteMessage {
        RouteMessage(to: try prefix(text), link: try index(3), protocol: RouteProtocol(rawValue: 118))
    }

    /// Returns a route with swiftvlan's protocol and a source.
    static func shim(_ text: String, source: String) throws -> RouteMessage {
        RouteMessage(
            to: try prefix(text), link: try index(3), preferredSource: IPAddress(source),
            protocol: RouteProtocol(rawValue: 118))
    }

    static func metricV4() throws -> RouteMessage {
        RouteMessage(to: try prefix("10.7.0.0/16"), link: try index(3), protocol: .static, metric: 50)
    }

    /// Returns a route without an outgoing link: a multipath route, or one that rejects packets. The kernel reports the
    /// loopback as the link of an IPv6 route that rejects packets.
    static func other(_ text: String, _ type: RouteType, on link: Int32? = nil) throws -> RouteMessage {
        RouteMessage(
            to: try prefix(text), type: type, link: link.flatMap { InterfaceIndex($0) }, protocol: .boot,
            scope: .universe)
    }

    static func unreachableV4() throws -> RouteMessage {
        RouteMessage(to: try prefix("10.5.0.0/16"), type: .unreachable, protocol: .boot, scope: .universe)
    }
}
