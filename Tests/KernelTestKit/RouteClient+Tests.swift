import NetlinkTestKit
package import NetworkTypes
package import RouteNetlink
import Testing

/// Returns a link name, which must be valid.
package func name(_ text: String) throws -> InterfaceName { try #require(InterfaceName(text)) }

/// Returns a prefix, which must be valid.
package func prefix(_ text: String) throws -> IPPrefix { try #require(IPPrefix(text)) }

/// Returns an IP address, which must be valid.
package func address(_ text: String) throws -> IPAddress { try #require(IPAddress(text)) }

extension RouteClient where Transport: ~Copyable {
    /// Returns the link of this name, which must exist.
    package mutating func existing(_ text: String) throws -> LinkMessage {
        let found = try link(named: try name(text))
        return try #require(found, "there is no link \(text)")
    }

    /// Creates a link and reads it back.
    package mutating func make(
        _ text: String, _ kind: LinkKind, on parent: LinkMessage? = nil, macAddress: MACAddress? = nil,
        mtu: UInt32? = nil
    ) throws -> LinkMessage {
        let link = NewLink(
            name: try name(text), kind: kind, parent: parent?.index, macAddress: macAddress, mtu: mtu)
        try create(link, parentName: parent?.name)
        return try existing(text)
    }

    /// Creates a veth pair and returns its first end. Both ends are down: the flags of a link that is up may change later,
    /// because the kernel notices a carrier late.
    package mutating func makePair(_ near: String, _ far: String) throws -> LinkMessage {
        try make(near, .veth(peer: try name(far)))
    }

    /// Creates a veth pair and brings both ends up. Returns the first end, as a parent for other links.
    package mutating func makeWire(_ near: String = "p0", _ far: String = "p1") throws -> LinkMessage {
        _ = try makePair(near, far)
        for end in [near, far] { try setUp(end) }
        return try existing(near)
    }

    /// Brings a link up.
    package mutating func setUp(_ text: String) throws {
        try change(try existing(text).index, named: text, LinkChanges(isUp: true))
    }
}

extension RouteProtocol {
    package static let boot = RouteProtocol(rawValue: 3)
    package static let `static` = RouteProtocol(rawValue: 4)
}
