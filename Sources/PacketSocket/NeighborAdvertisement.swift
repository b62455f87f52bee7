package import NetworkTypes

/// The statement that a host has an IPv6 address (RFC 4861 §4.4).
///
///     |<- type, code, checksum 4 ->|<- flags 4 ->|<- target 16 ->|<- options ->|
package struct NeighborAdvertisement: Hashable, Sendable {
    static let type: UInt8 = 136

    /// The flags of RFC 4861 §4.4.
    package struct Flags: OptionSet, Hashable, Sendable {
        package let rawValue: UInt8

        package init(rawValue: UInt8) { self.rawValue = rawValue }

        /// The sender forwards IPv6.
        package static let router = Flags(rawValue: 0x80)
        /// The message answers a solicitation from a known address.
        package static let solicited = Flags(rawValue: 0x40)
        /// Receivers replace the MAC address in their cache, even if they did not ask.
        package static let override = Flags(rawValue: 0x20)

        static let all: Flags = [.router, .solicited, .override]
    }

    package var flags: Flags
    package var target: IPv6Address
    /// The MAC address at which the target is reached; absent only in some answers to unicast solicitations.
    package var targetMAC: MACAddress?

    package init(of target: IPv6Address, at targetMAC: MACAddress?, flags: Flags) {
        self.target = target
        self.targetMAC = targetMAC
        self.flags = flags
    }

    @_lifetime(cursor: copy cursor)
    init(decoding cursor: inout FrameCursor) throws(FrameError) {
        // The other 29 bits are reserved; receivers ignore them.
        flags = Flags(rawValue: UInt8(truncatingIfNeeded: try cursor.number(as: UInt32.self) >> 24)).intersection(.all)
        target = try cursor.ipv6Address()
        targetMAC = try NeighborOptions(decoding: &cursor, of: [.targetMAC]).targetMAC
    }

    /// The message with a checksum of zero.
    var bytes: [UInt8] {
        [Self.type, 0, 0, 0, flags.rawValue, 0, 0, 0] + target.octets + NeighborOptions(targetMAC: targetMAC).bytes
    }
}
