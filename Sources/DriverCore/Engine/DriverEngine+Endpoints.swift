package import NetworkTypes

extension DriverEngine {
    /// Takes a container's place in a network; its link is made when it joins.
    ///
    /// - Returns: the MAC address that the driver chose, nil where the user chose it or the links have none.
    package mutating func createEndpoint(_ request: EndpointRequest) throws(DriverError) -> MACAddress? {
        _ = try EndpointOptions(request.options)
        let network = try network(request.networkID)
        try checkAddresses(request.addresses, in: network)
        let macAddress = try chooseMACAddress(for: request, in: network)
        let endpoint = Endpoint(
            id: request.id, networkID: network.id, addresses: request.addresses, macAddress: macAddress)
        for stale in endpoints.values where stale.isSuperseded(by: endpoint) { _ = try deleteEndpoint(stale.id) }
        try storing { (store) throws(StateStoreError) in try store.save(endpoint) }
        endpoints[endpoint.id] = endpoint
        return request.macAddress == nil ? macAddress : nil
    }

    /// Makes an endpoint's link in the host's network namespace, for the engine to take into the container.
    ///
    /// A repeated call finds the link of the first.
    package mutating func join(_ id: EndpointID, network networkID: NetworkID) throws(DriverError) -> JoinResult {
        let network = try network(networkID)
        guard let endpoint = endpoints[id], endpoint.networkID == networkID, let name = LinkNames.endpoint(id) else {
            throw .unknownEndpoint(id, network: networkID)
        }
        let result = JoinResult(linkName: name, routes: EndpointRoutes(of: endpoint.addresses, in: network))
        if try usableLink(named: name)?.owner == .endpoint(id) { return result }
        // Made again where somebody has removed it: the network is wanted still.
        _ = try provideParent(of: network)
        guard let parent = try usableLink(named: network.parent.linkName) else {
            throw .parentGone(parent: network.parent.linkName.text, network: networkID)
        }
        let plan = HostLinkPlan(
            name: name, kind: .endpoint(network.attachment, parent: parent), owner: .endpoint(id),
            macAddress: endpoint.macAddress)
        do throws(DriverError) {
            _ = try make(plan)
        } catch {
            guard case .host(let cause) = error, cause.reason == .parentClaimed else { throw error }
            throw passthruRefusal(of: endpoint, in: network, cause.sentence) ?? error
        }
        return result
    }

    /// Forgets an endpoint and removes its link, where the engine has brought that back from the container.
    ///
    /// Also for an endpoint that is not known, whose record was lost: its link is known by its mark.
    package mutating func deleteEndpoint(_ id: EndpointID) throws(DriverError) -> LinkRemoval? {
        let endpoint = endpoints[id]
        try storing { (store) throws(StateStoreError) in try store.remove(id) }
        endpoints[id] = nil
        do throws(DriverError) {
            guard let name = LinkNames.endpoint(id), let link = try link(named: name, ownedBy: .endpoint(id)) else {
                return nil
            }
            return try retire(link)
        } catch {
            if let endpoint {
                endpoints[id] = endpoint
                try? store.save(endpoint)
            }
            throw error
        }
    }

    /// The kernel has refused a link on a parent that is claimed: with passthru by the network's other endpoint.
    private func passthruRefusal(of endpoint: Endpoint, in network: Network, _ sentence: String) -> DriverError? {
        guard network.attachment == .macvlan(.passthru) else { return nil }
        let other = endpoints(of: network.id).first { $0.id != endpoint.id }
        return other.map { .passthruIsTaken(network: network.id, endpoint: $0.id, sentence: sentence) }
    }

    private func checkAddresses(_ addresses: [IPPrefix], in network: Network) throws(DriverError) {
        guard let stray = addresses.first(where: { network.pool(of: $0.address) == nil }) else { return }
        throw .addressOutsideSubnets(stray, subnets: network.pools.map(\.subnet))
    }

    private mutating func chooseMACAddress(
        for request: EndpointRequest,
        in network: Network
    ) throws(DriverError) -> MACAddress? {
        guard network.attachment.hasOwnMACAddresses else {
            if let asked = request.macAddress { throw .macAddressOnIPvlan(asked) }
            return nil
        }
        let parentName = network.parent.linkName
        let parent = try hosting { (host) throws(HostNetworkError) in try host.link(named: parentName) }
        if network.attachment == .macvlan(.passthru) {
            // The link takes over the parent's; the engine would set any other one, and the kernel then on the parent.
            if let asked = request.macAddress { try MACAddressRules.check(asked, parent: nil) }
            return request.macAddress ?? parent?.macAddress
        }
        if let asked = request.macAddress {
            try MACAddressRules.check(asked, parent: parent)
            return asked
        }
        var taken = macAddresses(on: parentName, besides: request)
        if let parentAddress = parent?.macAddress { taken.insert(parentAddress) }
        // Of two addresses always the same one, in whatever order they are named.
        let own = request.addresses.first { $0.family == .ipv4 } ?? request.addresses.first
        let key = own?.address.description ?? request.id.text
        return MACAddressRules.stable(network: network.id, key: key, taken: taken)
    }

    /// The MAC addresses of all other endpoints on a parent, whichever network they are in.
    private func macAddresses(on parent: InterfaceName, besides request: EndpointRequest) -> Set<MACAddress> {
        let own = Endpoint(
            id: request.id, networkID: request.networkID, addresses: request.addresses, macAddress: nil)
        let sharers = Set(networks.values.lazy.filter { $0.parent.linkName == parent }.map(\.id))
        let others = endpoints.values.lazy.filter { sharers.contains($0.networkID) && !$0.isSuperseded(by: own) }
        return Set(others.filter { $0.id != own.id }.compactMap(\.macAddress))
    }
}

extension Endpoint {
    /// Whether a new endpoint shows that this one is gone, although nobody told: the engine does not tell of the
    /// endpoints that it lost when it was killed, and gives out an address again only when it is free.
    fileprivate func isSuperseded(by new: Endpoint) -> Bool {
        if id == new.id { return self != new }
        return networkID == new.networkID && !Set(addresses).isDisjoint(with: new.addresses)
    }
}
