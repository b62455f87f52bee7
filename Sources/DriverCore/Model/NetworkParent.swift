package import NetworkTypes

/// The parent of a network's endpoints, under the names that the user wrote.
///
/// The names are looked up for each call, because the kernel may give a NIC's name to another one at the next boot.
package enum NetworkParent: Hashable, Sendable {
    /// A link that swiftvlan did not create and never changes.
    case existing(LinkName)
    /// One VLAN sub-interface, or two of which the second is on the first, above a link that swiftvlan did not create.
    ///
    /// They are created for their first network and removed with their last.
    case vlan([SubInterface], lower: LinkName)
    /// The network's own dummy link, connected to nothing.
    case isolated(InterfaceName)

    /// The name of the link that is the direct parent of endpoints' links.
    package var linkName: LinkName {
        switch self {
        case .existing(let name): name
        case .isolated(let name): LinkName(name)
        case .vlan(let chain, let lower): chain.last.map { LinkName($0.name) } ?? lower
        }
    }

    /// The name of the lowest link, which swiftvlan cannot create; nil for an isolated network.
    var lowestForeignLink: LinkName? {
        switch self {
        case .existing(let name): name
        case .vlan(_, let lower): lower
        case .isolated: nil
        }
    }

    /// The parent and the links below it, from the top down.
    var levels: [NetworkParent] {
        guard case .vlan(let chain, let lower) = self else { return [self] }
        return chain.indices.reversed().map { .vlan(Array(chain[...$0]), lower: lower) } + [.existing(lower)]
    }

    /// Returns the parent that a VLAN on this one is.
    func adding(_ vlan: SubInterface) -> NetworkParent {
        switch self {
        case .existing(let name): .vlan([vlan], lower: name)
        case .isolated(let name): .vlan([vlan], lower: LinkName(name))
        case .vlan(let chain, let lower): .vlan(chain + [vlan], lower: lower)
        }
    }

    var isIsolated: Bool { if case .isolated = self { true } else { false } }
}

/// A VLAN sub-interface that swiftvlan creates.
///
/// Networks share it even if they know it by different names, which derive from the names of the lower link.
package struct SubInterface: Hashable, Sendable {
    /// The name under which it is created.
    package let name: InterfaceName
    package let tag: VLANTag

    package init(name: InterfaceName, tag: VLANTag) {
        self.name = name
        self.tag = tag
    }
}
