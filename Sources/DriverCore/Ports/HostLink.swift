package import NetworkTypes

/// A link of the host, as far as the driver's rules need to know it.
package struct HostLink: Hashable, Sendable {
    package var index: InterfaceIndex
    package var name: String
    /// The other names that the kernel finds it by.
    package var alternativeNames: [String]
    package var kind: HostLinkKind
    package var macAddress: MACAddress?
    /// The largest packet that it takes, in bytes; nil where the kernel does not say.
    package var mtu: Int?
    /// The link that it sits on, where that is in the host's own network namespace.
    package var lowerIndex: InterfaceIndex?
    /// The bridge, bond, team or VRF whose port it is.
    package var masterIndex: InterfaceIndex?
    /// The protocol of the VLANs that a bridge filters; nil for one that filters none, and for every other link.
    package var filteredVLANs: VLANProtocol?
    package var isLoopback: Bool
    /// Whether it carries Ethernet frames; tunnels of IP packets do not.
    package var isEthernet: Bool
    /// What this program made it for; nil for everybody else's links.
    package var owner: LinkOwner?
    /// Whether it is set up, as its administrator wants it; that it has a carrier is another matter.
    package var isUp: Bool
    /// Whether the host gets an IPv6 address of its own on it when it is brought up; nil where it has no IPv6.
    package var generatesAddress: Bool?
    /// Whether it is in another network namespace, such as a container's.
    package var isElsewhere: Bool
    /// Set while the link is being removed in the background: to be treated as gone already.
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
    /// A macvlan or macvtap link; without a mode when it is one that this program would not make.
    case macvlan(MacvlanMode?)
    /// An ipvlan or ipvtap link; mode and flag are those of all links of its parent.
    case ipvlan(IPvlanMode?, IPvlanFlag?)
    /// A VLAN sub-interface; without a tag when it is one that this program would not make.
    case vlan(VLANTag?)
    case dummy
    /// Any other virtual kind, by the kernel's name: `bridge`, `bond`, `veth`.
    case other(String)
    /// No virtual kind: a network card, or the loopback.
    case device

    /// The kind of the links of endpoints that are attached in this way.
    package init(_ attachment: Attachment) {
        switch attachment {
        case .macvlan(let mode): self = .macvlan(mode)
        case .ipvlan(let mode, let flag): self = .ipvlan(mode, flag)
        }
    }

    /// Whether a link may have been of this kind before: the mode of macvlan and ipvlan links can change.
    package func isSameKind(as other: HostLinkKind) -> Bool {
        switch (self, other) {
        case (.macvlan, .macvlan), (.ipvlan, .ipvlan): true
        default: self == other
        }
    }

    /// How links of this kind are attached to their parent, where the driver could have made them.
    package var attachment: Attachment? {
        switch self {
        case .macvlan(let mode?): .macvlan(mode)
        case .ipvlan(let mode?, let flag?): .ipvlan(mode, flag)
        default: nil
        }
    }
}

/// A link that is on its way out: the kernel takes some 17 ms to remove one, so that nobody is made to wait who need not.
package struct LinkRemoval: Hashable, Sendable {
    package let index: InterfaceIndex

    package init(index: InterfaceIndex) { self.index = index }
}

extension HostLink {
    /// Whether the link is there to stay.
    var isAlive: Bool { removal == nil && owner != .retired }

    /// Whether the kernel finds the link by a name.
    package func hasName(_ name: LinkName) -> Bool { self.name == name.text || alternativeNames.contains(name.text) }

    /// Whether it is the VLAN of a tag on a link, whoever created it.
    func isVLAN(_ tag: VLANTag, on lower: HostLink) -> Bool { kind == .vlan(tag) && lowerIndex == lower.index }

    /// The link with a change.
    func with(_ change: (inout HostLink) -> Void) -> HostLink {
        var copy = self
        change(&copy)
        return copy
    }
}
