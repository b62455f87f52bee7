import CMNL
package import Netlink
package import NetworkTypes

/// The VLANs of a bridge or of a bridge port, from `RTM_NEWLINK` of the family `AF_BRIDGE` (`br_fill_ifinfo` in
/// net/bridge/br_netlink.c).
package struct BridgeVLANMessage: Hashable, Sendable {
    /// Consecutive VLANs with the same properties.
    package struct Range: Hashable, Sendable {
        package var ids: ClosedRange<UInt16>
        /// Whether untagged packets belong to this VLAN.
        package var isPVID: Bool
        /// Whether packets of these VLANs leave untagged.
        package var isUntagged: Bool

        package init(_ ids: ClosedRange<UInt16>, isPVID: Bool = false, isUntagged: Bool = false) {
            self.ids = ids
            self.isPVID = isPVID
            self.isUntagged = isUntagged
        }
    }

    private static let vlanKey = AttributeKey<RawBytes>(IFLA_BRIDGE_VLAN_INFO)

    /// The port, or the bridge itself.
    package var index: InterfaceIndex
    /// The bridge that the port belongs to, or the bridge itself; nil if a NIC answers for its embedded bridge.
    package var bridge: InterfaceIndex?
    package var ranges: [Range]

    /// Decodes a message of a dump; returns nil for other types.
    init?(listed message: borrowing Message) throws(DecodingError) {
        guard Int(message.type) == RTM_NEWLINK else { return nil }
        try self.init(decoding: message)
    }

    package init(decoding message: borrowing Message) throws(DecodingError) {
        guard let index = InterfaceIndex(try message.header(as: ifinfomsg.self).ifi_index) else {
            throw .badValue(attribute: 0, size: MemoryLayout<ifinfomsg>.size)
        }
        self.index = index
        ranges = []
        var attributes = message.attributes(after: ifinfomsg.self)
        while let attribute = try attributes.next() {
            if attribute.is(LinkAttribute.master) {
                bridge = InterfaceIndex(try attribute.value(LinkAttribute.master))
            }
            if attribute.is(LinkAttribute.families) { try takeVLANs(attribute.attributes) }
        }
    }

    /// Decodes the entries: each is a single VLAN, or the first or last VLAN of a range
    /// (`br_fill_ifvlaninfo_compressed` in net/bridge/br_netlink.c).
    private mutating func takeVLANs(_ attributes: consuming AttributeCursor) throws(DecodingError) {
        var first: UInt16?
        while let attribute = try attributes.next() {
            guard attribute.is(Self.vlanKey) else { continue }
            guard attribute.payload.byteCount == MemoryLayout<bridge_vlan_info>.size else {
                throw .badValue(attribute: attribute.type, size: attribute.payload.byteCount)
            }
            let entry = attribute.payload.unsafeLoadUnaligned(as: bridge_vlan_info.self)
            let flags = Int32(entry.flags)
            guard flags & BRIDGE_VLAN_INFO_RANGE_BEGIN == 0 else {
                first = entry.vid
                continue
            }
            let begin = flags & BRIDGE_VLAN_INFO_RANGE_END == 0 ? entry.vid : first ?? entry.vid
            guard begin <= entry.vid else {
                throw .badValue(attribute: attribute.type, size: attribute.payload.byteCount)
            }
            ranges.append(
                Range(
                    begin...entry.vid, isPVID: flags & BRIDGE_VLAN_INFO_PVID != 0,
                    isUntagged: flags & BRIDGE_VLAN_INFO_UNTAGGED != 0))
        }
    }
}
