import NetworkTypes

/// Finds addresses of the host that a network's containers must not have.
///
/// With macvlan, both the host and the container would answer for such an address. With ipvlan, also at layer 3, the
/// container would get the host's packets (`ipvlan_addr_lookup` in drivers/net/ipvlan/ipvlan_core.c). Addresses on the
/// host's other links count too: the host accepts packets to them on every link, and never sends one to the container.
///
/// Addresses in another VRF than the parent's do not count, because they are routed separately. Link-local addresses of
/// other links do not count either. For an isolated network, which has no path to the host, only addresses on its own
/// parent count.
struct HostAddressFinder {
    let host: HostView

    /// Refuses an endpoint's addresses if the host has one of them.
    func check(_ addresses: [IPPrefix], in network: Network) throws(DriverError) {
        let wanted = Set(addresses.map(\.address))
        guard !wanted.isEmpty, let found = try ownAddresses(in: network, where: wanted.contains).first else { return }
        throw .addressOfHost(found)
    }

    /// Returns notices about the host's addresses for the user who creates a network.
    ///
    /// They name host addresses that Docker may assign to containers, which are then refused, and a gateway that is the
    /// host itself. Docker assigns addresses from the start of a subnet or of its `--ip-range`, which it does not pass
    /// to drivers.
    func notices(for network: Network, reserved: Set<IPAddress>) throws(DriverError) -> [Notice] {
        guard !network.parent.isIsolated else { return [] }
        let taken = reserved.union(network.pools.compactMap(\.gateway))
        let assignable = try ownAddresses(in: network) { address in
            !taken.contains(address) && network.pool(of: address)?.mayAssign(address) == true
        }
        var notices: [Notice] = []
        if !assignable.isEmpty { notices.append(.addressesOfHost(assignable, network: network.id)) }
        if let gateway = try gatewayOfHost(network) { notices.append(.gatewayIsHost(gateway, network: network.id)) }
        return notices
    }

    /// Returns the containers' addresses that the host now has too.
    func addressesInUse(by registry: Registry) throws(DriverError) -> [SharedAddress] {
        let ofHost = Set(try host.addresses().map(\.prefix.address))
        var shared: [SharedAddress] = []
        for endpoint in registry.endpoints.values where endpoint.hasJoined {
            let both = Set(endpoint.addresses.map(\.address)).intersection(ofHost)
            guard !both.isEmpty, let network = registry.networks[endpoint.networkID] else { continue }
            shared += try ownAddresses(in: network, where: both.contains).map {
                SharedAddress(endpoint: endpoint.id, address: $0.address, link: $0.link.name)
            }
        }
        return shared
    }

    /// Returns the gateway that is the parent's own address, if there is one.
    ///
    /// Neither macvlan nor ipvlan at layer 2 passes packets between a parent and its links; at layer 3 there is no next
    /// hop. With host access, the shim of a macvlan network has the address too.
    private func gatewayOfHost(_ network: Network) throws(DriverError) -> AddressOfHost? {
        guard network.hasWayOut, !network.attachment.isLayer3,
            network.hostAccess == nil || !network.attachment.hasOwnMACAddresses
        else { return nil }
        let routers = network.settings.routers
        let reserved = network.settings.hasGateway ? network.pools.compactMap(\.gateway) : []
        let gateways = Set(routers + reserved.filter { gateway in !routers.contains { $0.family == gateway.family } })
        let parent = try host.link(of: network.parent)
        return try ownAddresses(in: network, where: gateways.contains).first { $0.link.index == parent?.index }
    }

    private func ownAddresses(
        in network: Network, where isWanted: (IPAddress) -> Bool
    ) throws(DriverError) -> [AddressOfHost] {
        let candidates = try host.addresses().filter { isWanted($0.prefix.address) }
        guard !candidates.isEmpty else { return [] }
        let parent = try host.link(of: network.parent)
        var found: [AddressOfHost] = []
        for candidate in candidates {
            let address = candidate.prefix.address
            guard let link = try host.link(at: candidate.linkIndex), link.belongsToHost,
                try concerns(address, on: link, network, parent)
            else { continue }
            found.append(AddressOfHost(address: address, link: link))
        }
        return found
    }

    private func concerns(
        _ address: IPAddress, on link: HostLink, _ network: Network, _ parent: HostLink?
    ) throws(DriverError) -> Bool {
        if let parent, link.index == parent.index || link.isUpperLink(of: parent) { return true }
        guard !network.parent.isIsolated, !address.isLinkLocal else { return false }
        guard let parent else { return try host.table(of: link) == .main }
        return try host.table(of: link) == host.table(of: parent)
    }
}

/// An address of the host and the link that has it.
struct AddressOfHost {
    let address: IPAddress
    let link: HostLink
}

/// An address that both a container and the host have.
struct SharedAddress: Hashable {
    let endpoint: EndpointID
    let address: IPAddress
    /// The name of the host's link with the address.
    let link: String
}

extension HostLink {
    /// Whether the link's addresses belong to the host. A container's link is on the host only briefly.
    fileprivate var belongsToHost: Bool {
        switch owner {
        case .endpoint, .shim, .retired: false
        case .vlan, .isolatedParent, nil: true
        }
    }

    /// Whether the link is in the same segment as the endpoints' links on a parent.
    fileprivate func isUpperLink(of parent: HostLink) -> Bool {
        guard lowerIndex == parent.index else { return false }
        return switch kind {
        case .macvlan, .ipvlan: true
        default: false
        }
    }
}

extension AddressPool {
    /// Whether Docker may assign an address, counting from the start of the subnet.
    ///
    /// Docker never uses more than a small part of an IPv6 subnet, and the host's own addresses there are mostly
    /// random.
    fileprivate func mayAssign(_ address: IPAddress) -> Bool {
        subnet.length > 0 && (address.family == .ipv4 || address.bits - subnet.address.bits < 1 << 16)
    }
}

extension DriverError {
    fileprivate static func addressOfHost(_ found: AddressOfHost) -> DriverError {
        DriverError(
            "address \(found.address) is the host's own, on link \"\(found.link.name)\""
                + (found.link.macAddress.map { " with MAC address \($0)" } ?? "")
                + "; choose another with --ip or --ip6, or recreate the network with --aux-address "
                + "host=\(found.address), or with an --ip-range that excludes it")
    }
}

extension Notice {
    fileprivate static func addressesOfHost(_ found: [AddressOfHost], network: NetworkID) -> Notice {
        let list = found.map { "\($0.address) (\"\($0.link.name)\")" }.joined(separator: ", ")
        let options = found.enumerated().map { place, own in
            "--aux-address host\(found.count > 1 ? "\(place + 1)" : "")=\(own.address)"
        }
        return Notice(
            "the subnets of network \(network.short) contain addresses of the host: \(list); unless --ip-range excludes "
                + "them, Docker may choose one for a container, which then fails to start: recreate the network "
                + "with " + options.joined(separator: " "), about: .network(network))
    }

    fileprivate static func gatewayIsHost(_ found: AddressOfHost, network: NetworkID) -> Notice {
        Notice(
            "the gateway \(found.address) of network \(network.short) is the host's own address on parent "
                + "\"\(found.link.name)\", which containers on that parent cannot reach; name the LAN's router with "
                + "--gateway, or omit the default route with -o gateway=none", .problem, about: .network(network))
    }

    /// Reports that a running container's address was added to the host, when it is too late to refuse.
    static func addressShared(_ shared: SharedAddress) -> Notice {
        Notice(
            "endpoint \(shared.endpoint.short) has address \(shared.address), which the host now has too, on link "
                + "\"\(shared.link)\"; remove it from the host, or start the container with another --ip",
            .problem, about: .endpoint(shared.endpoint))
    }
}
