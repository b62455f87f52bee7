/// The two families of IP addresses.
package enum AddressFamily: String, Hashable, Sendable, CaseIterable {
    case ipv4 = "IPv4"
    case ipv6 = "IPv6"

    /// The length of an address of this family in bits: 32 or 128.
    package var bitWidth: Int {
        switch self {
        case .ipv4: 32
        case .ipv6: 128
        }
    }
}

/// An IPv4 or IPv6 address.
package enum IPAddress: Hashable, Sendable {
    case v4(IPv4Address)
    case v6(IPv6Address)

    /// Parses an address of either family.
    package init?(_ text: some StringProtocol) {
        if let address = IPv4Address(text) {
            self = .v4(address)
        } else if let address = IPv6Address(text) {
            self = .v6(address)
        } else {
            return nil
        }
    }

    /// Creates an address from 4 or 16 octets in wire order; nil for any other count.
    package init?(octets: some Collection<UInt8>) {
        let bits = octets.reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
        switch octets.count {
        case 4: self = .v4(IPv4Address(bits: UInt32(truncatingIfNeeded: bits)))
        case 16: self = .v6(IPv6Address(bits: bits))
        default: return nil
        }
    }

    /// The address's family.
    package var family: AddressFamily {
        switch self {
        case .v4: .ipv4
        case .v6: .ipv6
        }
    }

    /// The octets in wire order, 4 or 16.
    package var octets: [UInt8] {
        switch self {
        case .v4(let address): address.octets
        case .v6(let address): address.octets
        }
    }

    /// The order in which addresses are listed: IPv4 before IPv6, then by number. The kernel needs no order.
    package static func precedes(_ one: IPAddress, _ other: IPAddress) -> Bool {
        one.family == other.family ? one.bits < other.bits : one.family == .ipv4
    }

    /// Whether the address is link-local (RFC 3927, RFC 4291 §2.5.6).
    package var isLinkLocal: Bool {
        switch self {
        case .v4(let address): address.bits >> 16 == 0xA9FE
        case .v6(let address): address.bits >> 118 == 0xFE80 >> 6
        }
    }

    /// The address as a number in host order.
    package var bits: UInt128 {
        switch self {
        case .v4(let address): UInt128(address.bits)
        case .v6(let address): address.bits
        }
    }

    init(family: AddressFamily, bits: UInt128) {
        switch family {
        case .ipv4: self = .v4(IPv4Address(bits: UInt32(truncatingIfNeeded: bits)))
        case .ipv6: self = .v6(IPv6Address(bits: bits))
        }
    }
}

extension IPAddress: CustomStringConvertible {
    package var description: String {
        switch self {
        case .v4(let address): address.description
        case .v6(let address): address.description
        }
    }
}
