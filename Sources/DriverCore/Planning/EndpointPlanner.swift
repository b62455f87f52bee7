import NetworkTypes

/// Plans a requested endpoint and its link.
struct EndpointPlanner {
    let host: HostView
    let registry: Registry

    /// Returns the requested endpoint, checked against its network and the others on the parent.
    func endpoint(_ request: EndpointRequest) throws(DriverError) -> Endpoint {
        let network = try registry.network(request.networkID)
        try checkAddresses(request.addresses, in: network)
        // A repeated call gets the same answer as the first.
        if registry.endpoints[request.id]?.addresses != request.addresses {
            try HostAddressFinder(host: host).check(request.addresses, in: network)
        }
        let options = try EndpointOptions(request.options)
        let settings = try settings(for: request, options, in: network)
        try checkRoom(for: request, in: network)
        let macAddress = try MACAddressChooser(host: host, registry: registry)
            .address(for: request, settings.macAddress, in: network)
        return Endpoint(
            id: request.id, networkID: network.id, addresses: request.addresses, macAddress: macAddress,
            settings: settings)
    }

    /// Returns the plan of an endpoint's link on its network's parent.
    ///
    /// The parent's MTU may have changed since the network was created, so it is checked again.
    func linkPlan(for endpoint: Endpoint, in network: Network, on parent: HostLink) throws(DriverError) -> HostLinkPlan
    {
        guard let name = LinkNames.endpoint(endpoint.id) else {
            throw .unknownEndpoint(endpoint.id, network: network.id)
        }
        // If the daemon runs in a container, the parent may be another kind of link after that container's restart.
        try NestedParent.check(network.attachment, on: parent, isTagged: false)
        try MTURules.check(endpoint.settings.mtu, on: parent, endpoint.addresses.map(\.family))
        return HostLinkPlan(
            name: name, kind: .endpoint(network.attachment, parent: parent), owner: .endpoint(endpoint.id),
            macAddress: endpoint.macAddress, mtu: endpoint.settings.mtu,
            broadcastQueueLength: network.broadcastQueueLength)
    }

    /// Refuses an endpoint whose MAC address would not fit into the filter of the parent's shim.
    private func checkRoom(for request: EndpointRequest, in network: Network) throws(DriverError) {
        guard network.hostAccess != nil, network.attachment.hasOwnMACAddresses,
            registry.endpoints.count >= HostLimits.shimSources, let parent = try host.link(of: network.parent)
        else { return }
        let sharers = try HostAccessPlanner(host: host, registry: registry).networks(on: parent)
        let others = sharers.flatMap { registry.endpoints(of: $0.id) }.filter { $0.id != request.id }
        guard others.count < HostLimits.shimSources else { throw .tooManyEndpoints(parent: parent.name) }
    }

    private func checkAddresses(_ addresses: [IPPrefix], in network: Network) throws(DriverError) {
        guard let outside = addresses.first(where: { network.pool(of: $0.address) == nil }) else { return }
        throw .addressOutsideSubnets(outside, subnets: network.pools.map(\.subnet))
    }

    private func settings(
        for request: EndpointRequest, _ options: EndpointOptions, in network: Network
    ) throws(DriverError) -> LinkSettings {
        let settings = options.settings(over: network.settings)
        if let gateway = options.gateway { try RouterRules.check(gateway.routers, in: network) }
        try RouterRules.check(settings.routers, against: request.addresses)
        try HostAccessRules.check(network.hostAccess, against: request.addresses)
        if options.routes != nil || options.gateway != nil { try StaticRouteRules.check(settings, in: network) }
        if options.mtu != nil {
            let parent = try host.link(of: network.parent)
            try MTURules.check(settings.mtu, on: parent, request.addresses.map(\.family))
        }
        guard let policy = options.macAddress else { return settings }
        guard network.attachment.choosesMACAddresses else {
            throw .optionNotUsable(
                option: "mac", why: "the links of network \(network.id.short) have their parent's MAC address",
                instead: "leave it out or use a macvlan network of another mode")
        }
        if policy == .stable, request.addresses.isEmpty, request.macAddress == nil {
            throw .optionNotUsable(
                option: "mac=stable", why: "it is derived from the IP address, and Docker assigns none",
                instead: "set one with `docker run --mac-address`")
        }
        if case .fixed(let address) = policy, let asked = request.macAddress, asked != address {
            throw .contradictingOptions(["--mac-address \(asked)", "mac=\(address)"])
        }
        return settings
    }
}

extension DriverError {
    static func unknownEndpoint(_ id: EndpointID, network: NetworkID) -> DriverError {
        DriverError(
            "endpoint \(id.short) of network \(network.short) is not known to swiftvlan; start the container again")
    }

    fileprivate static func addressOutsideSubnets(_ address: IPPrefix, subnets: [IPPrefix]) -> DriverError {
        let list = subnets.map(\.description).joined(separator: ", ")
        return DriverError("address \(address) is in no subnet of the network; its subnets are \(list)")
    }
}
