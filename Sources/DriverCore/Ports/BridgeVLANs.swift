/// The VLANs that a bridge lets pass which filters them.
package struct BridgeVLANs: Hashable, Sendable {
    /// Those of the bridge's own link: `bridge vlan show dev BRIDGE`.
    package var own: [VLANMembership]
    /// Those of its ports, whichever port it is.
    package var ports: [VLANMembership]

    package init(own: [VLANMembership] = [], ports: [VLANMembership] = []) {
        self.own = own
        self.ports = ports
    }
}

/// VLANs that a bridge's own link or a port is in, in one and the same way.
package struct VLANMembership: Hashable, Sendable {
    /// The numbers as the kernel has them.
    package var ids: ClosedRange<UInt16>
    /// Whether packets that come in without a tag belong to this VLAN.
    package var isPVID: Bool
    /// Whether packets of this VLAN go out without a tag.
    package var isUntagged: Bool

    package init(_ ids: ClosedRange<UInt16>, isPVID: Bool = false, isUntagged: Bool = false) {
        self.ids = ids
        self.isPVID = isPVID
        self.isUntagged = isUntagged
    }
}
