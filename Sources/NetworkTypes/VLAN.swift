/// The ID of an 802.1Q VLAN that a link can carry, 1 to 4094: 0 means "priority only" and 4095 is reserved
/// (IEEE 802.1Q-2022, table 9-2).
package struct VLANID: Hashable, Sendable {
    package static let range: ClosedRange<UInt16> = 1...4094

    package let number: UInt16

    package init?(_ number: UInt16) {
        guard Self.range.contains(number) else { return nil }
        self.number = number
    }
}

extension VLANID: CustomStringConvertible {
    package var description: String { String(number) }
}

/// The EtherType that announces a VLAN tag on the wire.
package enum VLANProtocol: UInt16, Hashable, Sendable {
    /// A customer tag, IEEE 802.1Q.
    case dot1Q = 0x8100
    /// A service tag, IEEE 802.1ad: the outer one of two.
    case dot1ad = 0x88A8
}

/// A VLAN tag: the VLAN ID and the EtherType.
package struct VLANTag: Hashable, Sendable {
    package let id: VLANID
    package let `protocol`: VLANProtocol

    package init(id: VLANID, protocol: VLANProtocol = .dot1Q) {
        self.id = id
        self.protocol = `protocol`
    }
}

extension VLANTag: CustomStringConvertible {
    /// The tag as text: `50 (802.1Q)`.
    package var description: String {
        switch `protocol` {
        case .dot1Q: "\(id) (802.1Q)"
        case .dot1ad: "\(id) (802.1ad)"
        }
    }
}
