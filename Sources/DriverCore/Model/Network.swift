package import NetworkTypes

/// A network as its user requested it.
package struct Network: Hashable, Sendable {
    package let id: NetworkID
    package let attachment: Attachment
    package let parent: NetworkParent
    /// Whether the network has no way out (`docker network create --internal`).
    package let isInternal: Bool
    /// The subnets, in the engine's order.
    package let pools: [AddressPool]
    /// The settings of endpoints that do not override them.
    package let settings: LinkSettings
    /// How many broadcast packets the parent queues for its macvlan links; nil means the kernel's default.
    package let broadcastQueueLength: UInt32?
    /// The routes that the host should have.
    package let hostRoutes: HostRoutePolicy
    /// The host's access to the containers; nil if it has none.
    package let hostAccess: HostAccess?
    package let conflictCheck: ConflictCheck
    package let announcements: AnnouncementPolicy
    /// Whether the engine that created the network announces addresses itself, as 28.0 and newer do.
    package var engineAnnounces: Bool

    package init(
        id: NetworkID, attachment: Attachment, parent: NetworkParent, isInternal: Bool, pools: [AddressPool],
        settings: LinkSettings = LinkSettings(), broadcastQueueLength: UInt32? = nil,
        hostRoutes: HostRoutePolicy = .off, hostAccess: HostAccess? = nil, conflictCheck: ConflictCheck = .warn,
        announcements: AnnouncementPolicy = .auto,
        engineAnnounces: Bool = false
    ) {
        self.id = id
        self.attachment = attachment
        self.parent = parent
        self.isInternal = isInternal
        self.pools = pools
        self.settings = settings
        self.broadcastQueueLength = broadcastQueueLength
        self.hostRoutes = hostRoutes
        self.hostAccess = hostAccess
        self.conflictCheck = conflictCheck
        self.announcements = announcements
        self.engineAnnounces = engineAnnounces
    }

    /// Whether the engine assigns addresses. With `--ipam-driver null` it does not, and names a pool of all addresses.
    var hasAddresses: Bool { pools.contains { $0.subnet.length > 0 } }

    /// Whether containers can leave the network; without a parent they cannot.
    var hasWayOut: Bool { !isInternal && !parent.isIsolated }

    /// The most specific pool that contains an endpoint's address.
    func pool(of address: IPAddress) -> AddressPool? {
        pools.filter { $0.subnet.contains(address) }.max { $0.subnet.length < $1.subnet.length }
    }

    /// The subnets that the host has routes to, without the pool of all addresses that `--ipam-driver null` names.
    package var routedSubnets: [IPPrefix] {
        guard hostRoutes == .pools else { return [] }
        var seen: Set<IPPrefix> = []
        return pools.map(\.subnet).filter { $0.length > 0 && seen.insert($0).inserted }
    }
}

extension Network {
    /// Whether the host needs a route to each endpoint, over the parent or over its shim.
    package var routesEachEndpoint: Bool {
        attachment.isLayer3 ? hostRoutes == .endpoints : hostAccess != nil
    }

    /// Whether two networks are the same, except that the engine may have been upgraded: Swarm then repeats its request.
    func isSame(as other: Network?) -> Bool {
        guard var other else { return false }
        other.engineAnnounces = engineAnnounces
        return self == other
    }

    /// The links that swiftvlan creates for the network, from the top down.
    var ownLinks: [OwnedLink] {
        switch parent {
        case .existing: []
        case .isolated(let name): [OwnedLink(name: name, owner: .isolatedParent(id))]
        case .vlan(let chain, _): chain.reversed().map { OwnedLink(name: $0.name, owner: .vlan) }
        }
    }

    /// Whether the host needs an IPv6 address on the network's parent.
    ///
    /// At layer 3 the host resolves the neighbors, for which the kernel needs a link-local address (`ndisc_send_ns` in
    /// net/ipv6/ndisc.c). The LAN reaches the containers through that address.
    var needsHostAddress: Bool {
        attachment.isLayer3 && !isInternal && !parent.isIsolated && pools.contains { $0.subnet.family == .ipv6 }
    }

    /// The names of the links below the network's endpoints, down to the lowest, which swiftvlan did not create.
    var neededLinks: [LinkName] { parent.levels.map(\.linkName) }
}

/// A subnet of a network.
package struct AddressPool: Hashable, Sendable {
    /// The subnet, without host bits.
    package let subnet: IPPrefix
    /// The router's address, if the user or the engine named one.
    package let gateway: IPAddress?

    package init(subnet: IPPrefix, gateway: IPAddress? = nil) {
        self.subnet = subnet.network
        self.gateway = gateway
    }
}
