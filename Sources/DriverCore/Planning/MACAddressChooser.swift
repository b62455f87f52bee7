import NetworkTypes

/// Chooses the MAC address of a new endpoint.
struct MACAddressChooser {
    let host: HostView
    let registry: Registry

    /// Returns the address that the user or the network's policy asks for; nil for links without their own.
    func address(
        for request: EndpointRequest, _ policy: MACAddressPolicy, in network: Network
    ) throws(DriverError) -> MACAddress? {
        guard network.attachment.hasOwnMACAddresses else {
            if let asked = request.macAddress { throw .macAddressOnIPvlan(asked) }
            return nil
        }
        let parent = try host.link(of: network.parent)
        guard network.attachment.choosesMACAddresses else {
            // The link takes over the parent's. The engine would set any other one on the link, and the kernel then on
            // the parent.
            if let asked = request.macAddress { try MACAddressRules.check(asked, parent: nil) }
            return request.macAddress ?? parent?.macAddress
        }
        if let asked = request.macAddress {
            try MACAddressRules.check(asked, parent: parent)
            return asked
        }
        // A repeated call gets the same address, even a random one.
        if let known = registry.endpoints[request.id], known.networkID == network.id, policy == .random,
            let address = known.macAddress
        {
            return address
        }
        var taken = try macAddresses(on: parent, of: network, besides: request)
        if let parentAddress = parent?.macAddress { taken.insert(parentAddress) }
        return try address(for: request, policy, parent, taken)
    }

    private func address(
        for request: EndpointRequest, _ policy: MACAddressPolicy, _ parent: HostLink?, _ taken: Set<MACAddress>
    ) throws(DriverError) -> MACAddress {
        // The key must not depend on the order of the addresses.
        let own = request.addresses.first { $0.family == .ipv4 } ?? request.addresses.first
        let key = own?.address.description ?? request.id.text
        switch policy {
        case .stable:
            return try MACAddressRules.stable(network: request.networkID, key: key, taken: taken)
        case .prefixed(let prefix):
            return try MACAddressRules.stable(network: request.networkID, key: key, prefix: prefix, taken: taken)
        case .random:
            var generator = SystemRandomNumberGenerator()
            return try MACAddressRules.random(taken: taken, using: &generator)
        case .fixed(let address):
            try MACAddressRules.check(address, parent: parent)
            return address
        }
    }

    /// Returns the MAC addresses of the other endpoints on a parent, without those that the new endpoint proves to be
    /// gone.
    private func macAddresses(
        on parent: HostLink?, of network: Network, besides request: EndpointRequest
    ) throws(DriverError) -> Set<MACAddress> {
        let own = Endpoint(
            id: request.id, networkID: request.networkID, addresses: request.addresses, macAddress: nil)
        // While the parent is missing, only networks with the same name for it are known to share it.
        let networks =
            if let parent { try host.networks(on: ParentPlace(parent), registry) } else {
                registry.networks.values.filter { $0.parent.linkName == network.parent.linkName }
            }
        let sharers = Set(networks.map(\.id))
        let others = registry.endpoints.values.lazy.filter { other in
            sharers.contains(other.networkID) && other.id != own.id && !other.sharesAddress(with: own)
        }
        return Set(others.compactMap(\.macAddress))
    }
}

extension DriverError {
    fileprivate static func macAddressOnIPvlan(_ address: MACAddress) -> DriverError {
        DriverError(
            "MAC address \(address) cannot be given: ipvlan links have their parent's; leave it out or use a "
                + "macvlan network")
    }
}
