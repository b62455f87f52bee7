import CMNL
package import Netlink
package import NetworkTypes

/// A link as the kernel describes it in `RTM_NEWLINK`.
///
///     |<- nlmsghdr 16 ->|<- ifinfomsg 16: family, type, index, flags, change ->|<- IFLA_… attributes ->|
package struct LinkMessage: Hashable, Sendable {
    package var index: InterfaceIndex
    /// The name as the kernel sent it; another program's link may have one that `InterfaceName` rejects.
    package var name: String
    /// The alternative names, by which the kernel also finds the link (since Linux 5.5).
    package var alternativeNames: [String]
    /// Whether the link carries Ethernet frames (`ARPHRD_ETHER`); an IP tunnel does not.
    package var isEthernet: Bool
    /// The interface flags, `IFF_…`.
    package var flags: UInt32
    package var mtu: UInt32?
    /// The hardware address, if it is an Ethernet address.
    package var macAddress: MACAddress?
    /// The lower link: a VLAN's or macvlan's parent, or a veth's peer.
    package var lowerIndex: InterfaceIndex?
    /// The lower link's network namespace, if it is a different one; `lowerIndex` is then an index there.
    package var lowerNamespace: NamespaceID?
    /// The bridge, bond, team or VRF whose port this link is.
    package var masterIndex: InterfaceIndex?
    package var alias: String?
    /// The link's group; new links are in group 0.
    package var group: LinkGroup
    package var kind: LinkKind?
    /// How the link generates its IPv6 address; nil if the link has no IPv6, and before Linux 4.11.
    package var ipv6AddressGeneration: IPv6AddressGeneration?

    /// Why the kernel sent the notification; nil for answers, and for notifications without a reason.
    package var event: LinkEvent?

    package var isUp: Bool { flags & UInt32(IFF_UP) != 0 }
    /// Whether the link is up and has a carrier. The C library's header lacks the flag (linux/if.h).
    package var hasCarrier: Bool { flags & 0x10000 != 0 }
    package var isLoopback: Bool { flags & UInt32(IFF_LOOPBACK) != 0 }

    package init(decoding message: borrowing Message) throws(DecodingError) {
        let header = try message.header(as: ifinfomsg.self)
        guard let index = InterfaceIndex(header.ifi_index) else {
            throw .badValue(attribute: 0, size: MemoryLayout<ifinfomsg>.size)
        }
        self.index = index
        name = ""
        alternativeNames = []
        flags = header.ifi_flags
        isEthernet = Int32(header.ifi_type) == ARPHRD_ETHER
        group = .default
        var attributes = message.attributes(after: ifinfomsg.self)
        while let attribute = try attributes.next() {
            try take(attribute)
        }
    }

    private mutating func take(_ attribute: borrowing Attribute) throws(DecodingError) {
        switch attribute.type {
        case LinkAttribute.name.rawType: name = try attribute.value(LinkAttribute.name)
        case LinkAttribute.properties.rawType:
            var names = attribute.attributes
            while let name = try names.next() {
                if name.is(LinkAttribute.alternativeName) {
                    alternativeNames.append(try name.value(LinkAttribute.alternativeName))
                }
            }
        case LinkAttribute.mtu.rawType: mtu = try attribute.value(LinkAttribute.mtu)
        // Links other than Ethernet have addresses of other lengths, which are ignored.
        case LinkAttribute.address.rawType: macAddress = MACAddress(octets: attribute.bytes)
        case LinkAttribute.lowerLink.rawType: lowerIndex = InterfaceIndex(try attribute.value(LinkAttribute.lowerLink))
        case LinkAttribute.lowerLinkNamespace.rawType:
            lowerNamespace = NamespaceID(rawValue: try attribute.value(LinkAttribute.lowerLinkNamespace))
        case LinkAttribute.master.rawType: masterIndex = InterfaceIndex(try attribute.value(LinkAttribute.master))
        case LinkAttribute.alias.rawType: alias = try attribute.value(LinkAttribute.alias)
        case LinkAttribute.group.rawType: group = LinkGroup(rawValue: try attribute.value(LinkAttribute.group))
        case LinkAttribute.event.rawType: event = LinkEvent(rawValue: try attribute.value(LinkAttribute.event))
        case LinkAttribute.info.rawType: kind = try LinkKind(decodingInfo: attribute.attributes)
        case LinkAttribute.families.rawType:
            ipv6AddressGeneration = try IPv6AddressGeneration(decodingFamilies: attribute.attributes)
        default: break
        }
    }
}

extension LinkMessage {
    /// Decodes a message of a dump; returns nil for other types.
    init?(listed message: borrowing Message) throws(DecodingError) {
        guard Int(message.type) == RTM_NEWLINK else { return nil }
        try self.init(decoding: message)
    }
}
