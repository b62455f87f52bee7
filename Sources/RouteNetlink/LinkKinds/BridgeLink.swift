import CMNL
import Netlink
package import NetworkTypes

/// The settings of a bridge that say what it does with VLANs (net/bridge).
package struct BridgeLink: Hashable, Sendable {
    package static let kindName = "bridge"

    private static let filteringKey = AttributeKey<UInt8>(IFLA_BR_VLAN_FILTERING)
    private static let protocolKey = AttributeKey<BigEndian16>(IFLA_BR_VLAN_PROTOCOL)

    /// Whether packets pass only in VLANs that their port, or the bridge itself, is in.
    package let filtersVLANs: Bool
    /// The EtherType of the tags that count; packets with other tags are packets without one.
    package let rawProtocol: UInt16

    package init(filtersVLANs: Bool, protocol: VLANProtocol = .dot1Q) {
        self.filtersVLANs = filtersVLANs
        rawProtocol = `protocol`.rawValue
    }

    /// The protocol, where this project supports it.
    package var `protocol`: VLANProtocol? { VLANProtocol(rawValue: rawProtocol) }

    func encode(into message: inout MessageBuilder) throws(EncodingError) {
        try message.put(Self.filteringKey, filtersVLANs ? 1 : 0)
        try message.put(Self.protocolKey, BigEndian16(rawProtocol))
    }

    init(decoding attributes: consuming AttributeCursor) throws(DecodingError) {
        // A kernel without CONFIG_BRIDGE_VLAN_FILTERING sends neither.
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
