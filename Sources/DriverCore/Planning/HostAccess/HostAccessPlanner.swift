import NetworkTypes

/// Determines the shims that networks with host access need.
///
/// A shim carries the traffic between the host and the containers on its parent, because neither macvlan nor ipvlan
/// passes packets between a parent and the links on it. All networks of a parent share one.
struct HostAccessPlanner {
    let host: HostView
    let registry: Registry
    /// The endpoints that are not in containers any more, although they have joined.
    var absent: Set<EndpointID> = []

    /// Returns the wanted state of the shim on a parent; nil if no network needs one.
    ///
    /// `network` is about to be saved, and counts instead of its record. `joined` are the joined endpoints of at least
    /// the parent's networks, if the caller has them: finding them reads all endpoints.
    func plan(
        on parent: HostLink, with network: Network? = nil, joined: [NetworkID: [Endpoint]]? = nil
    ) throws(DriverError) -> ShimPlan? {
        let networks = try networks(on: parent, with: network)
        guard let attachment = networks.first?.attachment else { return nil }
        var plan = ShimPlan(parent: parent, attachment: attachment, networks: Set(networks.map(\.id)))
        let own = attachment.isLayer3 || !attachment.hasOwnMACAddresses ? Set(try addresses(of: parent)) : []
        let endpoints = joined ?? joinedEndpoints(of: networks)
        for network in networks {
            for family in network.families {
                guard let source = try source(family, of: network, on: parent) else {
                    plan.unserved.insert(UnservedFamily(network: network.id, family: family))
                    continue
                }
                // Never the host's own address on an ipvlan shim: the host would lose its LAN (`ipvlan_addr_lookup`).
                let isReserved = network.hostAccess?.address(family) == source
                if attachment.hasOwnMACAddresses || (isReserved && !own.contains(source)) {
                    plan.addresses.insert(source)
                }
                plan.add(network, family, endpoints[network.id] ?? [], source)
            }
        }
        plan.sources = sources(of: attachment, on: parent, networks.flatMap { endpoints[$0.id] ?? [] })
        return plan
    }

    /// Returns the address that the host's packets to a network's containers have; nil if it has none.
    ///
    /// `parent` is nil while it does not exist. An address that a router advertised comes last, because it may change
    /// at any time. An IPv6 address that is not preferred does not count: its check for duplicates may still fail.
    func source(
        _ family: AddressFamily, of network: Network, on parent: HostLink?
    ) throws(DriverError) -> IPAddress? {
        if let reserved = network.hostAccess?.address(family) {
            guard let parent, !network.attachment.servesHostAddress else { return reserved }
            return try addresses(of: parent).contains(reserved) ? nil : reserved
        }
        guard network.attachment.servesHostAddress, let parent else { return nil }
        let own = try host.addresses().filter {
            $0.linkIndex == parent.index && $0.prefix.family == family && !$0.prefix.address.isLinkLocal
                && $0.isPreferred
        }
        let candidates = (own.filter { !$0.isKernels } + own.filter(\.isKernels)).map(\.prefix.address)
        return candidates.first { network.hasSubnet(with: $0) } ?? candidates.first
    }

    /// Whether a network needs a shim, in which case it is not an orphan.
    ///
    /// A second shim on the same parent is not needed. While a parent's name is gone, the shim's own name counts.
    func isNeeded(_ shim: HostLink, besides id: NetworkID? = nil) throws(DriverError) -> Bool {
        for network in registry.networks.values where network.hostAccess != nil && network.id != id {
            if let parent = try host.link(of: network.parent) {
                if parent.index == shim.lowerIndex, try host.shim(on: parent)?.index == shim.index { return true }
            } else if LinkNames.shim(on: network.parent.linkName)?.text == shim.name {
                return true
            }
        }
        return false
    }

    /// Whether a shim needs a route or a neighbor, in which case a pending removal of it is no longer wanted.
    func isNeeded(_ destination: IPPrefix, over index: InterfaceIndex) throws(DriverError) -> Bool {
        guard let shim = try host.link(at: index), shim.owner == .shim,
            let parent = try shim.lowerIndex.flatMap({ (index) throws(DriverError) in try host.link(at: index) })
        else { return false }
        return try plan(on: parent)?.ways[destination] != nil
    }

    /// Returns the addresses of a parent.
    func addresses(of parent: HostLink) throws(DriverError) -> [IPAddress] {
        try host.addresses().filter { $0.linkIndex == parent.index }.map(\.prefix.address)
    }

    /// Returns the MAC addresses that the filter of a shim lets pass.
    ///
    /// The links of ipvlan share their parent's. At layer 3, the links receive nothing that needs a filter.
    func sources(
        of attachment: Attachment, on parent: HostLink, _ endpoints: some Sequence<Endpoint>
    ) -> Set<MACAddress>? {
        if attachment.hasOwnMACAddresses { return Set(endpoints.compactMap(\.macAddress)) }
        return attachment.isLayer3 ? nil : Set([parent.macAddress].compactMap { $0 })
    }

    /// Returns the networks with host access on a parent, in the order of their identifiers.
    func networks(on parent: HostLink, with network: Network? = nil) throws(DriverError) -> [Network] {
        var found = network.map { $0.hostAccess == nil ? [] : [$0] } ?? []
        for other in registry.networks.values where other.hostAccess != nil && other.id != network?.id {
            if try isParent(parent, of: other) { found.append(other) }
        }
        return found.sorted { $0.id.text < $1.id.text }
    }

    /// Whether a link is a network's parent, even if the link below a VLAN sub-interface has lost its name: containers
    /// may still be on it.
    private func isParent(_ parent: HostLink, of network: Network) throws(DriverError) -> Bool {
        if try host.means(network.parent, ParentPlace(parent)) { return true }
        guard parent.hasName(network.parent.linkName) else { return false }
        return try host.link(of: network.parent)?.index == parent.index
    }

    /// Returns the endpoints of networks that are in containers, by network.
    func joinedEndpoints(of networks: [Network]) -> [NetworkID: [Endpoint]] {
        let ids = Set(networks.map(\.id))
        let joined = registry.endpoints.values.filter {
            $0.hasJoined && ids.contains($0.networkID) && !absent.contains($0.id)
        }
        return Dictionary(grouping: joined.sorted { $0.id.text < $1.id.text }, by: \.networkID)
    }
}

extension ShimPlan {
    /// Adds the ways to a network's containers in one family.
    ///
    /// If two endpoints have the same address, the first one keeps it.
    fileprivate mutating func add(
        _ network: Network, _ family: AddressFamily, _ endpoints: [Endpoint], _ source: IPAddress
    ) {
        guard network.routesEachEndpoint else {
            for destination in network.routedSubnets where destination.family == family {
                if ways[destination] == nil { ways[destination] = source }
            }
            return
        }
        for endpoint in endpoints {
            for address in endpoint.addresses.map(\.address) where address.family == family {
                let destination = IPPrefix(host: address)
                guard ways[destination] == nil else { continue }
                ways[destination] = source
                if network.attachment.hasOwnMACAddresses { neighbors[address] = endpoint.macAddress }
            }
        }
    }
}

extension Network {
    fileprivate func hasSubnet(with address: IPAddress) -> Bool {
        pools.contains { $0.subnet.length > 0 && $0.subnet.contains(address) }
    }
}
