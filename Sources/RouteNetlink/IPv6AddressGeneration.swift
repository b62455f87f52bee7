import CMNL
import Netlink
package import NetworkTypes

/// How the kernel generates a link's IPv6 address when the link is brought up: `IN6_ADDR_GEN_MODE_…` (linux/if_link.h).
package enum IPv6AddressGeneration: UInt8, Hashable, Sendable {
    /// From the link's MAC address.
    case eui64 = 0
    /// Not at all, so that the link sends nothing to the LAN by itself.
    case noAddress = 1
    /// From a secret of the host, so that the address is the same every time.
    case stablePrivacy = 2
    /// At random.
    case random = 3
}

extension IPv6AddressGeneration {
    /// Decodes the mode from `IFLA_AF_SPEC`; returns nil if the link has no IPv6.
    ///
    /// An answer without counters lacks the mode's own attribute (`inet6_fill_ifla6_attrs` in net/ipv6/addrconf.c), so
    /// the mode is read from the link's IPv6 settings.
    init?(decodingFamilies families: consuming AttributeCursor) throws(DecodingError) {
        var mode: Int32?
        while let family = try families.next() {
            guard family.is(LinkAttribute.ipv6) else { continue }
            var attributes = family.attributes
            while let attribute = try attributes.next() {
                guard attribute.is(LinkAttribute.ipv6Settings) else { continue }
                mode = Self.setting(DEVCONF_ADDR_GEN_MODE, in: attribute.bytes)
            }
        }
        guard let mode, let number = UInt8(exactly: mode) else { return nil }
        self.init(rawValue: number)
    }

    /// Returns one of the settings, or nil if the kernel does not have it yet.
    private static func setting(_ index: Int, in settings: [UInt8]) -> Int32? {
        let width = MemoryLayout<Int32>.size
        guard settings.count >= (index + 1) * width else { return nil }
        return settings.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: index * width, as: Int32.self) }
    }
}

extension IPPrefix {
    /// Returns the address that the kernel derives from a link's MAC address: `fe80::/64` with the modified EUI-64 of
    /// RFC 4291, appendix A (`addrconf_ifid_eui48` in net/addrconf.h).
    package static func linkLocal(for macAddress: MACAddress) -> IPPrefix? {
        let bits = UInt128(macAddress.bits)
        let identifier = (bits >> 24) << 40 | 0xFF_FE00_0000 | bits & 0xFF_FFFF
        return IPPrefix(.v6(IPv6Address(bits: 0xFE80 << 112 | identifier ^ 0x0200_0000_0000_0000)), length: 64)
    }
}
