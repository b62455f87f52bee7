package import NetworkTypes

/// What the links of a network's endpoints sit on.
package enum NetworkParent: Hashable, Sendable {
    /// A link that was there before and is never changed.
    case existing(InterfaceName)
    /// VLAN sub-interfaces that are made for their first network and removed with their last: one, or two of which the
    /// second sits on the first; below them a link that was there before.
    case vlan([SubInterface], lower: InterfaceName)
    /// A dummy link of the network's own, connected to nothing.
    case isolated(InterfaceName)

    /// The name of the link that endpoints' links sit on.
    package var linkName: InterfaceName {
        switch self {
        case .existing(let name), .isolated(let name): name
        case .vlan(let chain, let lower): chain.last?.name ?? lower
        }
    }

    /// The link that has to be there before this program can make any; nil for an isolated network.
    var lowestForeignLink: InterfaceName? {
        switch self {
        case .existing(let name): name
        case .vlan(_, let lower): lower
        case .isolated: nil
        }
    }

    var isIsolated: Bool { if case .isolated = self { true } else { false } }
}

/// A VLAN sub-interface of this program's.
package struct SubInterface: Hashable, Sendable {
    package let name: InterfaceName
    package let tag: VLANTag

    package init(name: InterfaceName, tag: VLANTag) {
        self.name = name
        self.tag = tag
    }
}
