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
    /// What holds for endpoints that want nothing else.
    package let settings: LinkSettings
    /// How many broadcast packets the parent keeps for its macvlan links; nil means the kernel's default.
    package let broadcastQueueLength: UInt32?
    /// Whether the host is to have routes to the subnets: at layer 3 it is the way into them.
    package let wantsHostRoutes: Bool

    package init(
        id: NetworkID, attachment: Attachment, parent: NetworkParent, isInternal: Bool, pools: [AddressPool],
        settings: LinkSettings = LinkSettings(), broadcastQueueLength: UInt32? = nil, wantsHostRoutes: Bool = false
    ) {
        self.id = id
        self.attachment = attachment
        self.parent = parent
        self.isInternal = isInternal
        self.pools = pools
        self.settings = settings
        self.broadcastQueueLength = broadcastQueueLength
        self.wantsHostRoutes = wantsHostRoutes
    }

    /// Whether the engine gives endpoints addresses: not with `--ipam-driver null`, which names a pool of everything.
    var hasAddresses: Bool { pools.contains { $0.subnet.length > 0 } }

    /// Whether containers are given a way out of the network: one without a parent has none to give.
    var hasWayOut: Bool { !isInternal && !parent.isIsolated }

    /// The pool that an address of an endpoint lies in: the most specific one, should pools overlap.
    func pool(of address: IPAddress) -> AddressPool? {
        pools.filter { $0.subnet.contains(address) }.max { $0.subnet.length < $1.subnet.length }
    }

    /// The subnets that the host has routes to. A pool of everything, as `--ipam-driver null` names it, is none.
    var hostRouteDestinations: [IPPrefix] {
        guard wantsHostRoutes else { return [] }
        var passed: Set<IPPrefix> = []
        return pools.map(\.subnet).filter { $0.length > 0 && passed.insert($0).inserted }
    }
}

extension Network {
    /// The links that the network has on the host for itself, from the uppermost down.
    var ownLinks: [OwnedLink] {
        switch parent {
        case .existing: []
        case .isolated(let name): [OwnedLink(name: name, owner: .isolatedParent(id))]
        case .vlan(let chain, _): chain.reversed().map { OwnedLink(name: $0.name, owner: .vlan) }
        }
    }

    /// Whether the host needs an IPv6 address of its own on the network's parent: at layer 3 the host
    /// resolves the neighbors, for which the kernel needs a link-local address (`ndisc_send_ns` in net/ipv6/ndisc.c),
    /// and that address is the LAN's way to the containers.
    var needsHostAddress: Bool {
        attachment.isLayer3 && !isInternal && !parent.isIsolated && pools.contains { $0.subnet.family == .ipv6 }
    }

    /// The names of the links that the network's endpoints are on, down to the one that was there before.
    var neededLinks: [LinkName] { parent.levels.map(\.linkName) }
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
