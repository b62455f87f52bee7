package import NetworkTypes

/// A link to create. The kernel chooses properties that are nil: the MTU, for example, is then the parent's.
package struct NewLink: Hashable, Sendable {
    package var name: InterfaceName
    package var kind: LinkKind
    /// The lower link: a VLAN's, macvlan's or ipvlan's parent.
    package var parent: InterfaceIndex?
    package var macAddress: MACAddress?
    package var mtu: UInt32?
    /// The group in which the kernel creates the link.
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

/// Changes to a link; a property that is nil stays as it is.
package struct LinkChanges: Hashable, Sendable {
    package var isUp: Bool?
    package var mtu: UInt32?
    /// The alias, of at most 255 bytes; an empty one removes the alias.
    package var alias: String?
    package var group: LinkGroup?
    /// The IPv6 address generation mode; the kernel refuses it with `EAFNOSUPPORT` if the link has no IPv6.
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

/// A number that links share so that one request can address them all; the kernel gives it no other meaning.
package struct LinkGroup: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }

    /// The group of every new link (`INIT_NETDEV_GROUP` in linux/netdevice.h).
    package static let `default` = LinkGroup(rawValue: 0)
}
