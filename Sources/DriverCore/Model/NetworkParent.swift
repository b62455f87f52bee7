package import NetworkTypes

/// What the links of a network's endpoints sit on, under the names that the user wrote: they are looked up each time,
/// because a card's own name may be another one's after the next boot.
package enum NetworkParent: Hashable, Sendable {
    /// A link that was there before and is never changed.
    case existing(LinkName)
    /// VLAN sub-interfaces that are made for their first network and removed with their last: one, or two of which the
    /// second sits on the first; below them a link that was there before.
    case vlan([SubInterface], lower: LinkName)
    /// A dummy link of the network's own, connected to nothing.
    case isolated(InterfaceName)

    /// The name of the link that endpoints' links sit on.
    package var linkName: LinkName {
        switch self {
        case .existing(let name): name
        case .isolated(let name): LinkName(name)
        case .vlan(let chain, let lower): chain.last.map { LinkName($0.name) } ?? lower
        }
    }

    /// The link that has to be there before this program can make any; nil for an isolated network.
    var lowestForeignLink: LinkName? {
        switch self {
        case .existing(let name): name
        case .vlan(_, let lower): lower
        case .isolated: nil
        }
    }

    /// The parent and what it is on, from the uppermost down.
    var levels: [NetworkParent] {
        guard case .vlan(let chain, let lower) = self else { return [self] }
        return chain.indices.reversed().map { .vlan(Array(chain[...$0]), lower: lower) } + [.existing(lower)]
    }

    /// A VLAN on this parent.
    func adding(_ vlan: SubInterface) -> NetworkParent {
        switch self {
        case .existing(let name): .vlan([vlan], lower: name)
        case .isolated(let name): .vlan([vlan], lower: LinkName(name))
        case .vlan(let chain, let lower): .vlan(chain + [vlan], lower: lower)
        }
    }

    var isIsolated: Bool { if case .isolated = self { true } else { false } }
}

/// A VLAN sub-interface of this program's. Networks share one that they know by different names, after those of the link
/// below.
package struct SubInterface: Hashable, Sendable {
    /// The name that it is created with.
    package let name: InterfaceName
    package let tag: VLANTag

    package init(name: InterfaceName, tag: VLANTag) {
        self.name = name
        self.tag = tag
    }
}
