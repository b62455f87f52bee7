import CMNL
import Netlink
package import NetworkTypes

/// The VLAN settings of a bridge (net/bridge).
package struct BridgeLink: Hashable, Sendable {
    package static let kindName = "bridge"

    private static let filteringKey = AttributeKey<UInt8>(IFLA_BR_VLAN_FILTERING)
    private static let protocolKey = AttributeKey<BigEndian16>(IFLA_BR_VLAN_PROTOCOL)

    /// Whether the bridge passes only packets of VLANs that their port, or the bridge itself, is a member of.
    package let filtersVLANs: Bool
    /// The EtherType of the VLAN tags; the bridge treats packets with other tags as untagged.
    package let rawProtocol: UInt16

    package init(filtersVLANs: Bool, protocol: VLANProtocol = .dot1Q) {
        self.filtersVLANs = filtersVLANs
        rawProtocol = `protocol`.rawValue
    }

    /// The protocol, if this project supports it.
    package var `protocol`: VLANProtocol? { VLANProtocol(rawValue: rawProtocol) }

    func encode(into message: inout MessageBuilder) throws(EncodingError) {
        try message.put(Self.filteringKey, filtersVLANs ? 1 : 0)
        try message.put(Self.protocolKey, BigEndian16(rawProtocol))
    }

    init(decoding attributes: consuming AttributeCursor) throws(DecodingError) {
        // A kernel without CONFIG_BRIDGE_VLAN_FILTERING sends neither attribute.
        var filtering: UInt8 = 0
        var `protocol` = VLANProtocol.dot1Q.rawValue
        while let attribute = try attributes.next() {
            if attribute.is(Self.filteringKey) { filtering = try attribute.value(Self.filteringKey) }
            if attribute.is(Self.protocolKey) { `protocol` = try attribute.value(Self.protocolKey).value }
        }
        filtersVLANs = filtering != 0
        rawProtocol = `protocol`
    }
}
