/// The protocol in an Ethernet frame (IEEE 802 numbers, linux/if_ether.h).
package struct EtherType: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt16

    package init(rawValue: UInt16) { self.rawValue = rawValue }

    package static let arp = EtherType(rawValue: 0x0806)
    package static let ipv6 = EtherType(rawValue: 0x86DD)
}
