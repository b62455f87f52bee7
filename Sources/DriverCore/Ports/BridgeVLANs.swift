/// The VLANs that a VLAN-filtering bridge forwards.
package struct BridgeVLANs: Hashable, Sendable {
    /// The VLANs of the bridge's own link: `bridge vlan show dev BRIDGE`.
    package var own: [VLANMembership]
    /// The VLANs of all its ports together.
    package var ports: [VLANMembership]

    package init(own: [VLANMembership] = [], ports: [VLANMembership] = []) {
        self.own = own
        self.ports = ports
    }
}

/// A range of VLANs that a bridge's own link or a port is in, with the same flags.
package struct VLANMembership: Hashable, Sendable {
    /// The VLAN IDs as the kernel reports them.
    package var ids: ClosedRange<UInt16>
    /// Whether untagged packets that arrive belong to this VLAN.
    package var isPVID: Bool
    /// Whether packets of this VLAN leave without a tag.
    package var isUntagged: Bool

    package init(_ ids: ClosedRange<UInt16>, isPVID: Bool = false, isUntagged: Bool = false) {
        self.ids = ids
        self.isPVID = isPVID
        self.isUntagged = isUntagged
    }
}
