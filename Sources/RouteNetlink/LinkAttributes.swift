import CMNL
import Netlink
import NetworkTypes

/// The attributes of `RTM_NEWLINK` and related messages that this layer reads or writes (linux/if_link.h).
enum LinkAttribute {
    static let address = AttributeKey<MACAddress>(IFLA_ADDRESS)
    static let alias = AttributeKey<String>(IFLA_IFALIAS)
    /// The alias without a terminating zero, which the kernel would count as one of its 255 bytes.
    static let aliasBytes = AttributeKey<RawBytes>(IFLA_IFALIAS)
    /// In a request, the name to find; in an answer, nested in `properties`, one attribute for each name.
    static let alternativeName = AttributeKey<String>(IFLA_ALT_IFNAME)
    /// Why the kernel sent a notification (since Linux 4.13).
    static let event = AttributeKey<UInt32>(IFLA_EVENT)
    static let extensionMask = AttributeKey<UInt32>(IFLA_EXT_MASK)
    static let families = AttributeKey<Nest>(IFLA_AF_SPEC)
    static let group = AttributeKey<UInt32>(IFLA_GROUP)
    static let info = AttributeKey<Nest>(IFLA_LINKINFO)
    static let infoData = AttributeKey<Nest>(IFLA_INFO_DATA)
    static let infoDataBytes = AttributeKey<RawBytes>(IFLA_INFO_DATA)
    static let infoKind = AttributeKey<String>(IFLA_INFO_KIND)
    /// Nested in `IFLA_AF_SPEC`, whose attribute types are address families.
    static let ipv6 = AttributeKey<Nest>(Int(AF_INET6))
    static let ipv6AddressGeneration = AttributeKey<UInt8>(IFLA_INET6_ADDR_GEN_MODE)
    /// The link's IPv6 settings, an array of 32-bit numbers in the order of `DEVCONF_…` (linux/ipv6.h).
    static let ipv6Settings = AttributeKey<RawBytes>(IFLA_INET6_CONF)
    static let lowerLink = AttributeKey<Int32>(IFLA_LINK)
    static let lowerLinkNamespace = AttributeKey<Int32>(IFLA_LINK_NETNSID)
    static let master = AttributeKey<Int32>(IFLA_MASTER)
    static let mtu = AttributeKey<UInt32>(IFLA_MTU)
    static let name = AttributeKey<String>(IFLA_IFNAME)
    static let properties = AttributeKey<Nest>(IFLA_PROP_LIST)
    static let namespaceID = AttributeKey<Int32>(IFLA_TARGET_NETNSID)
}
