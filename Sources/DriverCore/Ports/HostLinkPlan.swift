package import NetworkTypes

/// A link to be created in the host's network namespace.
package struct HostLinkPlan: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// The link of an endpoint; it stays down, because the engine moves it into the container and sets it up.
        case endpoint(Attachment, parent: HostLink)
        /// A VLAN sub-interface, set up unless the lower link is down: the kernel sets both up together later.
        case vlan(VLANTag, lower: HostLink)
        /// The host's own link beside the endpoints' links of a parent, set up.
        ///
        /// It generates no IPv6 address. With `sources`, a filter drops what other MAC addresses send to it, from before
        /// it is set up.
        case shim(Attachment, parent: HostLink, sources: Set<MACAddress>?)
        /// A dummy link, set up.
        case dummy

        /// The lower link.
        package var lower: HostLink? {
            switch self {
            case .endpoint(_, let lower), .vlan(_, let lower), .shim(_, let lower, _): lower
            case .dummy: nil
            }
        }
    }

    package let name: InterfaceName
    package let kind: Kind
    package let owner: LinkOwner
    /// The MAC address; nil lets the kernel choose one.
    package var macAddress: MACAddress?
    /// The MTU in bytes; nil means that of the lower link.
    package var mtu: Int?
    /// How many broadcast packets a macvlan's parent queues for its links; nil means the kernel's default.
    package var broadcastQueueLength: UInt32?
    /// Whether the kernel generates an IPv6 address for the host on a VLAN or dummy link.
    ///
    /// Without one the host does not answer IPv6 neighbor solicitations on the LAN. This does not apply to an
    /// endpoint's link, which moves into its container.
    package var generatesAddress = false

    package init(
        name: InterfaceName, kind: Kind, owner: LinkOwner, macAddress: MACAddress? = nil, mtu: Int? = nil,
        broadcastQueueLength: UInt32? = nil, generatesAddress: Bool = false
    ) {
        self.name = name
        self.kind = kind
        self.owner = owner
        self.macAddress = macAddress
        self.mtu = mtu
        self.broadcastQueueLength = broadcastQueueLength
        self.generatesAddress = generatesAddress
    }
}
