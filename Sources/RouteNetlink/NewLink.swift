package import NetworkTypes

/// A link to create. The kernel chooses what is nil: the MTU, for example, is then the parent's.
package struct NewLink: Hashable, Sendable {
    package var name: InterfaceName
    package var kind: LinkKind
    /// The lower link: a VLAN's, macvlan's or ipvlan's parent.
    package var parent: InterfaceIndex?
    package var macAddress: MACAddress?
    package var mtu: UInt32?
    /// The group that it is in from the start.
    package var group: LinkGroup?

    package init(
        name: InterfaceName, kind: LinkKind, parent: InterfaceIndex? = nil, macAddress: MACAddress? = nil,
        mtu: UInt32? = nil, group: LinkGroup? = nil
    ) {
        self.name = name
        self.kind = kind
        self.parent = parent
        self.macAddress = macAddress
        self.mtu = mtu
        self.group = group
    }
}

/// Changes of a link; what is nil stays as it is.
package struct LinkChanges: Hashable, Sendable {
    package var isUp: Bool?
    package var mtu: UInt32?
    /// At most 255 bytes; an empty one removes the alias.
    package var alias: String?
    package var group: LinkGroup?
    /// Refused with `EAFNOSUPPORT` where the link has no IPv6.
    package var ipv6AddressGeneration: IPv6AddressGeneration?

    package init(
        isUp: Bool? = nil, mtu: UInt32? = nil, alias: String? = nil, group: LinkGroup? = nil,
        ipv6AddressGeneration: IPv6AddressGeneration? = nil
    ) {
        self.isUp = isUp
        self.mtu = mtu
        self.alias = alias
        self.group = group
        self.ipv6AddressGeneration = ipv6AddressGeneration
    }
}

/// A number that links share so that one request can name them all; the kernel attaches no other meaning to it.
package struct LinkGroup: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }

    /// The group that every new link is in (`INIT_NETDEV_GROUP` in linux/netdevice.h).
    package static let `default` = LinkGroup(rawValue: 0)
}
