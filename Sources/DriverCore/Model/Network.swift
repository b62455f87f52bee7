package import NetworkTypes

/// A network as its user wants it.
package struct Network: Hashable, Sendable {
    package let id: NetworkID
    package let attachment: Attachment
    package let parent: NetworkParent
    /// Whether the user wants no way out (`docker network create --internal`).
    package let isInternal: Bool
    /// The subnets, in the engine's order.
    package let pools: [AddressPool]

    package init(
        id: NetworkID, attachment: Attachment, parent: NetworkParent, isInternal: Bool, pools: [AddressPool]
    ) {
        self.id = id
        self.attachment = attachment
        self.parent = parent
        self.isInternal = isInternal
        self.pools = pools
    }

    /// Whether containers are given a way out of the network: one without a parent has none to give.
    var hasDefaultRoute: Bool { !isInternal && !parent.isIsolated }

    /// The pool that an address of an endpoint lies in: the most specific one, should pools overlap.
    func pool(of address: IPAddress) -> AddressPool? {
        pools.filter { $0.subnet.contains(address) }.max { $0.subnet.length < $1.subnet.length }
    }
}

/// A subnet of a network.
package struct AddressPool: Hashable, Sendable {
    /// The subnet, without host bits.
    package let subnet: IPPrefix
    /// The router's address, where the user or the engine named one.
    package let gateway: IPAddress?

    package init(subnet: IPPrefix, gateway: IPAddress? = nil) {
        self.subnet = subnet.network
        self.gateway = gateway
    }
}

/// What the links of a network's endpoints sit on.
package enum NetworkParent: Hashable, Sendable {
    /// A link that was there before and is never changed.
    case existing(InterfaceName)
    /// A VLAN sub-interface that is made for its first network and removed with its last.
    case vlan(name: InterfaceName, tag: VLANTag, lower: InterfaceName)
    /// A dummy link of the network's own, connected to nothing.
    case isolated(InterfaceName)

    /// The name of the link.
    package var linkName: InterfaceName {
        switch self {
        case .existing(let name), .vlan(let name, _, _), .isolated(let name): name
        }
    }

    /// The names of the link and of the one below it, which may be a VLAN that this program made too.
    var linkNames: [InterfaceName] {
        switch self {
        case .existing(let name), .isolated(let name): [name]
        case .vlan(let name, _, let lower): [name, lower]
        }
    }

    var isVLAN: Bool {
        if case .vlan = self { true } else { false }
    }

    var isIsolated: Bool {
        if case .isolated = self { true } else { false }
    }
}
