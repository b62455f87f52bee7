import CMNL
package import Netlink
package import NetworkTypes

/// An additional MAC address for which a link accepts frames, from `RTM_NEWNEIGH` of the family `AF_BRIDGE`.
///
///     |<- nlmsghdr 16 ->|<- ndmsg 12: family, padding 3, index, state, flags, type ->|<- NDA_… attributes ->|
package struct ForwardingEntry: Hashable, Sendable {
    package let link: InterfaceIndex
    package let macAddress: MACAddress

    private static let macAddressKey = AttributeKey<MACAddress>(NDA_LLADDR)

    /// Decodes an entry; returns nil for IPv4 and IPv6 neighbors, and for entries without an Ethernet address.
    package init?(decoding message: borrowing Message) throws(DecodingError) {
        let header = try message.header(as: ndmsg.self)
        guard Int32(header.ndm_family) == AF_BRIDGE, let link = InterfaceIndex(header.ndm_ifindex) else { return nil }
        var macAddress: MACAddress?
        var attributes = message.attributes(after: ndmsg.self)
        while let attribute = try attributes.next() {
            if attribute.is(Self.macAddressKey) { macAddress = MACAddress(octets: attribute.bytes) }
        }
        guard let macAddress else { return nil }
        self.link = link
        self.macAddress = macAddress
    }
}

extension RouteClient where Transport: ~Copyable {
    /// Lists the MAC addresses besides its own for which a link accepts frames; for a bridge, also those that it has
    /// learned.
    ///
    /// The list includes those of the link's macvlan links that are up, in any network namespace (`macvlan_open` in
    /// drivers/net/macvlan.c), unless the link keeps its own table (`ndo_fdb_dump`, such as a VXLAN) or its hardware
    /// forwards for them (`NETIF_F_HW_L2FW_DOFFLOAD`).
    package mutating func forwardingEntries(of link: InterfaceIndex) throws(RouteError) -> [ForwardingEntry] {
        let request = { () throws(EncodingError) in
            var header = ndmsg()
            header.ndm_family = UInt8(AF_BRIDGE)
            header.ndm_ifindex = link.number
            return try MessageBuilder(RTM_GETNEIGH, flags: NLM_F_DUMP, header)
        }
        return try dump("list the MAC addresses of link index \(link)", request) { (message) throws(DecodingError) in
            guard Int(message.type) == RTM_NEWNEIGH else { return nil }
            return try ForwardingEntry(decoding: message)
        }
    }
}
