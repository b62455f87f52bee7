import CMNL
import Netlink

/// The settings of a VRF, a link whose ports have a routing table of their own (drivers/net/vrf.c).
package struct VRFLink: Hashable, Sendable {
    package static let kindName = "vrf"

    private static let tableKey = AttributeKey<UInt32>(IFLA_VRF_TABLE)

    /// The routing table of the VRF's ports; 0 if the kernel named none.
    package let table: UInt32

    package init(table: UInt32) { self.table = table }

    func encode(into message: inout MessageBuilder) throws(EncodingError) { try message.put(Self.tableKey, table) }

    init(decoding attributes: consuming AttributeCursor) throws(DecodingError) {
        var table: UInt32 = 0
        while let attribute = try attributes.next() {
            if attribute.is(Self.tableKey) { table = try attribute.value(Self.tableKey) }
        }
        self.table = table
    }
}
