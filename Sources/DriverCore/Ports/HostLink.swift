package import NetworkTypes

/// A link of the host, as far as the driver's rules need to know it.
package struct HostLink: Hashable, Sendable {
    package var index: InterfaceIndex
    package var name: String
    package var kind: HostLinkKind
    package var macAddress: MACAddress?
    /// The link that it sits on, where that is in the host's own network namespace.
    package var lowerIndex: InterfaceIndex?
    /// The bridge, bond, team or VRF whose port it is.
    package var masterIndex: InterfaceIndex?
    package var isLoopback: Bool
    /// What this program made it for; nil for everybody else's links.
    package var owner: LinkOwner?
    /// Set while the link is being removed in the background: to be treated as gone already.
    package var removal: LinkRemoval?

    package init(
        index: InterfaceIndex,
        name: String,
        kind: HostLinkKind,
        macAddress: MACAddress? = nil,
        lowerIndex: InterfaceIndex? = nil,
        masterIndex: InterfaceIndex? = nil,
        isLoopback: Bool = false,
        owner: LinkOwner? = nil,
        removal: LinkRemoval? = nil
    ) {
        self.index = index
        self.name = name
        self.kind = kind
        self.macAddress = macAddress
        self.lowerIndex = lowerIndex
        self.masterIndex = masterIndex
        self.isLoopback = isLoopback
        self.owner = owner
        self.removal = removal
    }
}

/// The kind of a host's link.
package enum HostLinkKind: Hashable, Sendable {
    case macvlan
    case ipvlan
    /// A VLAN sub-interface; without a tag when it is one that this program would not make.
    case vlan(VLANTag?)
    case dummy
    /// Any other virtual kind, by the kernel's name: `bridge`, `bond`, `veth`.
    case other(String)
    /// No virtual kind: a network card, or the loopback.
    case device
}

/// A link that is on its way out: the kernel takes some 17 ms to remove one, so that nobody is made to wait who need not.
package struct LinkRemoval: Hashable, Sendable {
    package let index: InterfaceIndex

    package init(index: InterfaceIndex) {
        self.index = index
    }
}
