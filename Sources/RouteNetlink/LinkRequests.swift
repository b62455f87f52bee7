import CMNL
import Netlink
import NetworkTypes

/// Builds the requests about links.
///
/// Sending is separate, so that tests can compare the requests with those of other programs.
enum LinkRequests {
    /// Builds the request that creates a link.
    ///
    /// With `isEchoed`, the kernel's answer describes the created link, since Linux 6.2 (`rtnl_configure_link` in
    /// net/core/rtnetlink.c); earlier kernels ignore the flag.
    static func create(_ link: NewLink, isEchoed: Bool = false) throws(EncodingError) -> MessageBuilder {
        let echo = isEchoed ? NLM_F_ECHO : 0
        var message = try MessageBuilder(
            RTM_NEWLINK, flags: NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL | echo, ifinfomsg())
        if let address = link.macAddress { try message.put(LinkAttribute.address, address) }
        if let mtu = link.mtu { try message.put(LinkAttribute.mtu, mtu) }
        if let parent = link.parent { try message.put(LinkAttribute.lowerLink, parent.number) }
        if let group = link.group { try message.put(LinkAttribute.group, group.rawValue) }
        try message.put(LinkAttribute.name, link.name.text)
        try link.kind.encode(into: &message)
        return message
    }

    static func change(_ index: InterfaceIndex, _ changes: LinkChanges) throws(EncodingError) -> MessageBuilder {
        var header = header(of: index)
        if let isUp = changes.isUp {
            // The mask names the one flag to change; without it all others would be cleared too.
            header.ifi_flags = isUp ? UInt32(IFF_UP) : 0
            header.ifi_change = UInt32(IFF_UP)
        }
        var message = try MessageBuilder(RTM_NEWLINK, flags: NLM_F_ACK, header)
        if let mtu = changes.mtu { try message.put(LinkAttribute.mtu, mtu) }
        if let alias = changes.alias { try message.put(LinkAttribute.aliasBytes, Array(alias.utf8)) }
        if let group = changes.group { try message.put(LinkAttribute.group, group.rawValue) }
        if let generation = changes.ipv6AddressGeneration {
            try message.nest(LinkAttribute.families) { (families) throws(EncodingError) in
                try families.nest(LinkAttribute.ipv6) { (ipv6) throws(EncodingError) in
                    try ipv6.put(LinkAttribute.ipv6AddressGeneration, generation.rawValue)
                }
            }
        }
        return message
    }

    static func delete(_ index: InterfaceIndex) throws(EncodingError) -> MessageBuilder {
        try MessageBuilder(RTM_DELLINK, flags: NLM_F_ACK, header(of: index))
    }

    static func delete(_ name: InterfaceName) throws(EncodingError) -> MessageBuilder {
        var message = try MessageBuilder(RTM_DELLINK, flags: NLM_F_ACK, ifinfomsg())
        try message.put(LinkAttribute.name, name.text)
        return message
    }

    static func delete(_ group: LinkGroup) throws(EncodingError) -> MessageBuilder {
        var message = try MessageBuilder(RTM_DELLINK, flags: NLM_F_ACK, ifinfomsg())
        try message.put(LinkAttribute.group, group.rawValue)
        return message
    }

    static func get(_ index: InterfaceIndex) throws(EncodingError) -> MessageBuilder {
        try getRequest(NLM_F_ACK, header(of: index))
    }

    /// Builds the request that finds a link by name.
    ///
    /// The kernel accepts an alternative name in either attribute (`rtnl_dev_get` in net/core/rtnetlink.c), but only
    /// `IFLA_ALT_IFNAME` has room for a long one.
    static func get(_ name: LinkName) throws(EncodingError) -> MessageBuilder {
        var message = try getRequest(NLM_F_ACK)
        let isLong = name.text.utf8.count > InterfaceName.maximumLength
        try message.put(isLong ? LinkAttribute.alternativeName : LinkAttribute.name, name.text)
        return message
    }

    static func dump(_ namespace: NamespaceID? = nil) throws(EncodingError) -> MessageBuilder {
        var message = try getRequest(NLM_F_DUMP)
        if let namespace { try message.put(LinkAttribute.namespaceID, namespace.rawValue) }
        return message
    }

    /// Builds the request that lists the VLANs of all bridges and their ports, with consecutive VLANs as one range.
    static func dumpBridgeVLANs() throws(EncodingError) -> MessageBuilder {
        var header = ifinfomsg()
        header.ifi_family = UInt8(AF_BRIDGE)
        var message = try MessageBuilder(RTM_GETLINK, flags: NLM_F_DUMP, header)
        try message.put(LinkAttribute.extensionMask, UInt32(RTEXT_FILTER_BRVLAN_COMPRESSED))
        return message
    }

    private static func header(of index: InterfaceIndex) -> ifinfomsg {
        var header = ifinfomsg()
        header.ifi_index = index.number
        return header
    }

    /// Builds a request that leaves out the counters: they are most of an answer, and nothing here reads them.
    private static func getRequest(
        _ flags: Int32, _ header: ifinfomsg = ifinfomsg()
    ) throws(EncodingError) -> MessageBuilder {
        var message = try MessageBuilder(RTM_GETLINK, flags: flags, header)
        try message.put(LinkAttribute.extensionMask, UInt32(RTEXT_FILTER_SKIP_STATS))
        return message
    }
}
