import CMNL
import Netlink
package import NetworkTypes

/// The settings of an 802.1Q or 802.1ad sub-interface (net/8021q).
package struct VLANLink: Hashable, Sendable {
    package static let kindName = "vlan"

    private static let idKey = AttributeKey<UInt16>(IFLA_VLAN_ID)
    private static let protocolKey = AttributeKey<BigEndian16>(IFLA_VLAN_PROTOCOL)

    /// The VLAN ID as the kernel reports it; another program's link may have 0.
    package let rawID: UInt16
    /// The tag's EtherType.
    package let rawProtocol: UInt16

    package init(tag: VLANTag) {
        rawID = tag.id.number
        rawProtocol = tag.protocol.rawValue
    }

    /// The tag, if this project supports it.
    package var tag: VLANTag? {
        guard let id = VLANID(rawID), let `protocol` = VLANProtocol(rawValue: rawProtocol) else { return nil }
        return VLANTag(id: id, protocol: `protocol`)
    }

    func encode(into message: inout MessageBuilder) throws(EncodingError) {
        try message.put(Self.idKey, rawID)
        try message.put(Self.protocolKey, BigEndian16(rawProtocol))
    }

    init(decoding attributes: consuming AttributeCursor) throws(DecodingError) {
        var id: UInt16 = 0
        // Kernels before 3.10 support only this protocol and do not send it (net/8021q/vlan_netlink.c).
        var `protocol` = VLANProtocol.dot1Q.rawValue
        while let attribute = try attributes.next() {
            if attribute.is(Self.idKey) { id = try attribute.value(Self.idKey) }
            if attribute.is(Self.protocolKey) { `protocol` = try attribute.value(Self.protocolKey).value }
        }
        rawID = id
        rawProtocol = `protocol`
    }
}
