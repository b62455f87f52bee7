package import NetworkTypes

extension MACAddress {
    /// All hosts on the link.
    package static let broadcast = MACAddress(bits: 0xFFFF_FFFF_FFFF)

    /// Creates the address to which frames for an IPv6 multicast address go: 33:33 and its last 32 bits (RFC 2464 §7).
    package init(multicast address: IPv6Address) {
        self.init(bits: 0x3333_0000_0000 | UInt64(UInt32(truncatingIfNeeded: address.bits)))
    }
}

extension IPv6Address {
    /// No address, `::` (RFC 4291 §2.5.2).
    package static let unspecified = IPv6Address(bits: 0)

    /// All hosts on the link, ff02::1 (RFC 4291 §2.7.1).
    package static let allNodes = IPv6Address(bits: 0xFF02 << 112 | 1)

    /// The multicast address that every host with this address hears: ff02::1:ff00:0 and its last 24 bits (RFC 4291
    /// §2.7.1).
    package var solicitedNode: IPv6Address {
        IPv6Address(bits: 0xFF02 << 112 | 0x1_FF00_0000 | bits & 0xFF_FFFF)
    }

    /// Whether the address is a solicited-node address, of any host (RFC 4291 §2.7.1).
    var isSolicitedNode: Bool { self == solicitedNode }

    /// Whether the address is multicast, ff00::/8 (RFC 4291 §2.7).
    var isMulticast: Bool { bits >> 120 == 0xFF }
}
