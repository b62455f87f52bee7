package import NetworkTypes

/// A link of the host, as far as the driver's rules need to know it.
package struct HostLink: Hashable, Sendable {
    package var index: InterfaceIndex
    package var name: String
    /// The link's alternative names (ip-link(8), `altname`).
    package var alternativeNames: [String]
    package var kind: HostLinkKind
    package var macAddress: MACAddress?
    /// The MTU in bytes; nil if the kernel does not report one.
    package var mtu: Int?
    /// The index of the lower link, if that is in the host's network namespace.
    package var lowerIndex: InterfaceIndex?
    /// The index of the bridge, bond, team or VRF whose port the link is.
    package var masterIndex: InterfaceIndex?
    /// The protocol of the VLANs that a bridge filters; nil for a bridge that filters none, and for all other links.
    package var filteredVLANs: VLANProtocol?
    package var isLoopback: Bool
    /// Whether the link carries Ethernet frames; IP tunnels do not.
    package var isEthernet: Bool
    /// The owner named in the link's alias; nil for links that others created.
    package var owner: LinkOwner?
    /// Whether the link is administratively up, with or without a carrier.
    package var isUp: Bool
    /// Whether the kernel generates an IPv6 address when the link is brought up; nil without IPv6.
    package var generatesAddress: Bool?
    /// Whether the link is in another network namespace, such as a container's.
    package var isElsewhere: Bool
    /// Set while the link is being removed in the background; treat it as gone.
    package var removal: LinkRemoval?

    package init(
        index: InterfaceIndex, name: String, alternativeNames: [String] = [], kind: HostLinkKind,
        macAddress: MACAddress? = nil, mtu: Int? = nil, lowerIndex: InterfaceIndex? = nil,
        masterIndex: InterfaceIndex? = nil, filteredVLANs: VLANProtocol? = nil, isLoopback: Bool = false,
        isEthernet: Bool = true, owner: LinkOwner? = nil, isUp: Bool = true, generatesAddress: Bool? = nil,
        isElsewhere: Bool = false, removal: LinkRemoval? = nil
    ) {
        self.index = index
        self.name = name
        self.alternativeNames = alternativeNames
        self.kind = kind
        self.macAddress = macAddress
        self.mtu = mtu
        self.lowerIndex = lowerIndex
        self.masterIndex = masterIndex
        self.filteredVLANs = filteredVLANs
        self.isLoopback = isLoopback
        self.isEthernet = isEthernet
        self.owner = owner
        self.isUp = isUp
        self.generatesAddress = generatesAddress
        self.isElsewhere = isElsewhere
        self.removal = removal
    }
}

/// The kind of a host's link.
package enum HostLinkKind: Hashable, Sendable {
    /// A macvlan or macvtap link; the mode is nil if swiftvlan would not create such a link.
    case macvlan(MacvlanMode?)
    /// An ipvlan or ipvtap link; all links of a parent have the same mode and flag.
    case ipvlan(IPvlanMode?, IPvlanFlag?)
    /// A VLAN sub-interface; the tag is nil if swiftvlan would not create such a link.
    case vlan(VLANTag?)
    case dummy
    /// A VRF, whose ports have a routing table of their own.
    case vrf(RoutingTable)
    /// Any other virtual kind, by the kernel's name, such as `bridge`, `bond` or `veth`.
    case other(String)
    /// A NIC or the loopback.
    case device

    /// Creates the kind of the links of endpoints with an attachment.
    package init(_ attachment: Attachment) {
        switch attachment {
        case .macvlan(let mode): self = .macvlan(mode)
        case .ipvlan(let mode, let flag): self = .ipvlan(mode, flag)
        }
    }

    /// Whether a link may have had the other kind before: the mode of macvlan and ipvlan links can change.
    package func isSameKind(as other: HostLinkKind) -> Bool {
        switch (self, other) {
        case (.macvlan, .macvlan), (.ipvlan, .ipvlan): true
        default: self == other
        }
    }

    /// The attachment of links of this kind; nil if swiftvlan would not create such a link.
    package var attachment: Attachment? {
        switch self {
        case .macvlan(let mode?): .macvlan(mode)
        case .ipvlan(let mode?, let flag?): .ipvlan(mode, flag)
        default: nil
        }
    }
}

/// The removal of a link in the background.
///
/// The kernel takes about 17 ms to remove a link, so only callers that need the result wait for it.
package struct LinkRemoval: Hashable, Sendable {
    package let index: InterfaceIndex

    package init(index: InterfaceIndex) { self.index = index }
}

extension HostLink {
    /// Whether the link is neither retired nor being removed.
    var isAlive: Bool { removal == nil && owner != .retired }

    /// Whether a name is the link's own or an alternative one.
    package func hasName(_ name: LinkName) -> Bool { self.name == name.text || alternativeNames.contains(name.text) }

    /// Whether the link is the VLAN of a tag on a lower link, whoever created it.
    func isVLAN(_ tag: VLANTag, on lower: HostLink) -> Bool { kind == .vlan(tag) && lowerIndex == lower.index }

    /// Returns a copy with a change.
    func with(_ change: (inout HostLink) -> Void) -> HostLink {
        var copy = self
        change(&copy)
        return copy
    }
}
