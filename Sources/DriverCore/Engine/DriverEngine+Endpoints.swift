import NetworkTypes

extension DriverEngine {
    /// Takes a container's place in a network; its link is made when it joins.
    package mutating func createEndpoint(_ request: EndpointRequest) throws(DriverError) -> EndpointResult {
        try withoutPendingRemoval(.endpoint(request.id)) { (driver) throws(DriverError) in
            try driver.makeEndpoint(request)
        }
    }

    private mutating func makeEndpoint(_ request: EndpointRequest) throws(DriverError) -> EndpointResult {
        removeLeftovers()
        let network = try network(request.networkID)
        try checkAddresses(request.addresses, in: network)
        let options = try EndpointOptions(request.options)
        let settings = try settings(for: request, options, in: network)
        let macAddress = try chooseMACAddress(for: request, settings.macAddress, in: network)
        var endpoint = Endpoint(
            id: request.id, networkID: network.id, addresses: request.addresses, macAddress: macAddress,
            settings: settings)
        for stale in endpoints.values where stale.isSuperseded(by: endpoint) { _ = try forget(stale.id) }
        let known = endpoints[endpoint.id]
        endpoint.hasJoined = known?.hasJoined ?? false
        try storing { (store) throws(StateStoreError) in try store.save(endpoint) }
        endpoints[endpoint.id] = endpoint
        return EndpointResult(chosenMACAddress: request.macAddress == nil ? macAddress : nil, isNew: known == nil)
    }

    /// Makes an endpoint's link in the host's network namespace, for the engine to take into the container.
    ///
    /// A repeated call finds the link of the first.
    package mutating func join(_ id: EndpointID, network networkID: NetworkID) throws(DriverError) -> JoinResult {
        let network = try network(networkID)
        guard let endpoint = endpoints[id], endpoint.networkID == networkID, let name = LinkNames.endpoint(id) else {
            throw .unknownEndpoint(id, network: networkID)
        }
        let link = try endpointLink(named: name, of: endpoint, in: network)
        try settleDoubts(about: endpoint, link, in: network)
        if !endpoint.hasJoined { try noteJoined(endpoint) }
        return JoinResult(linkName: name, routes: EndpointRoutes(of: endpoint, in: network))
    }

    /// Forgets an endpoint and removes its link, where the engine has brought that back from the container.
    ///
    /// Also for an endpoint that is not known, whose record was lost: its link is known by its mark.
    package mutating func deleteEndpoint(_ id: EndpointID) throws(DriverError) -> LinkRemoval? {
        removeLeftovers()
        return try forget(id)
    }

    /// Forgets an endpoint that is gone for certain: when its record cannot be removed now, it will be later.
    mutating func forget(_ id: EndpointID) throws(DriverError) -> LinkRemoval? {
        do throws(DriverError) {
            return try drop(id)
        } catch {
            keep(.endpoint(id), error.description)
            throw error
        }
    }

    /// Forgets an endpoint; one whose record cannot be removed is kept.
    mutating func drop(_ id: EndpointID) throws(DriverError) -> LinkRemoval? {
        let endpoint = endpoints[id]
        try storing { (store) throws(StateStoreError) in try store.remove(id) }
        endpoints[id] = nil
        guard let name = LinkNames.endpoint(id) else { return nil }
        switch removeLink(OwnedLink(name: name, owner: .endpoint(id))) {
        case .underWay(let removal): return removal
        case .failed: break
        case .notThere:
            // Who has CAP_NET_ADMIN in a container can change the alias there.
            if let link = try? host.link(named: name), link.isAlive {
                notice(.linkStays(link: name.text, endpoint: id))
            }
            // It may be about to die with its container's namespace.
            guard let endpoint, let network = networks[endpoint.networkID] else { break }
            doubts.add(endpoint, on: network.parent.linkName)
        }
        return nil
    }

    /// Notes that an endpoint has a link from now on; without the record it would not be known for one that is lost.
    private mutating func noteJoined(_ endpoint: Endpoint) throws(DriverError) {
        var joined = endpoint
        joined.hasJoined = true
        do throws(DriverError) {
            try storing { (store) throws(StateStoreError) in try store.save(joined) }
        } catch {
            if let name = LinkNames.endpoint(endpoint.id) {
                _ = removeLink(OwnedLink(name: name, owner: .endpoint(endpoint.id)))
            }
            throw error
        }
        endpoints[endpoint.id] = joined
    }

    /// An endpoint's link, made where it is not there yet. It is looked for only when the kernel says that there is one,
    /// which is rare and would cost every other call the time of a question.
    private mutating func endpointLink(
        named name: InterfaceName,
        of endpoint: Endpoint,
        in network: Network
    ) throws(DriverError) -> HostLink {
        // Made again where somebody has removed it: the network is wanted still.
        if network.parent.isOurs || networksWithoutHostRoutes.contains(network.id) { _ = try provide(network) }
        guard let parent = try usableLink(named: network.parent.linkName) else {
            throw .parentGone(parent: network.parent.linkName.text, network: network.id)
        }
        // The parent's may have changed since the network was made.
        try MTURules.check(endpoint.settings.mtu, on: parent, endpoint.addresses.map(\.family))
        let plan = HostLinkPlan(
            name: name, kind: .endpoint(network.attachment, parent: parent), owner: .endpoint(endpoint.id),
            macAddress: endpoint.macAddress, mtu: endpoint.settings.mtu,
            broadcastQueueLength: network.broadcastQueueLength)
        let refusal: HostNetworkError
        do throws(HostNetworkError) {
            return try host.make(plan)
        } catch {
            refusal = error
        }
        if refusal.reason == .alreadyExists, let link = try usableLink(named: name), link.owner == plan.owner {
            return link
        }
        try explain(refusal, of: plan)
        do throws(HostNetworkError) {
            return try host.make(plan)
        } catch {
            guard error.reason == .parentClaimed else { throw .host(error) }
            throw passthruRefusal(of: endpoint, in: network, error.sentence) ?? .host(error)
        }
    }

    /// Finds out whether an endpoint can have its addresses, where that is in doubt: the engine would fail with words
    /// that explain nothing, and would not try again.
    private mutating func settleDoubts(
        about endpoint: Endpoint,
        _ link: HostLink,
        in network: Network
    ) throws(DriverError) {
        let parent = network.parent.linkName
        let holder = endpoint.macAddress.flatMap { rival(for: $0, of: endpoint, on: parent) }
        guard holder != nil || doubts.concern(endpoint, on: parent) else { return }
        let isUsable = try hosting { (host) throws(HostNetworkError) in
            try host.isUsable(link, with: endpoint.addresses)
        }
        guard isUsable else {
            throw .addressInUse(
                endpoint.macAddress, endpoint.addresses.map(\.address), parent: parent.text, rival: holder?.id)
        }
        doubts.settle(endpoint, on: parent)
    }

    /// Another endpoint on a parent that has a MAC address.
    private func rival(for address: MACAddress, of endpoint: Endpoint, on parent: InterfaceName) -> Endpoint? {
        endpoints.values.first {
            $0.macAddress == address && $0.id != endpoint.id && networks[$0.networkID]?.parent.linkName == parent
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

    private mutating func settings(
        for request: EndpointRequest,
        _ options: EndpointOptions,
        in network: Network
    ) throws(DriverError) -> LinkSettings {
        let settings = options.settings(over: network.settings)
        if let routes = options.routes { try StaticRouteRules.check(routes, in: network) }
        if options.mtu != nil {
            let name = network.parent.linkName
            let parent = try hosting { (host) throws(HostNetworkError) in try host.link(named: name) }
            try MTURules.check(settings.mtu, on: parent, request.addresses.map(\.family))
        }
        guard let policy = options.macAddress else { return settings }
        guard network.attachment.choosesMACAddresses else {
            throw .optionNotUsable(
                option: "mac", why: "the links of network \(network.id.short) have their parent's MAC address",
                instead: "leave it out or use a macvlan network of another mode")
        }
        if case .fixed(let address) = policy, let asked = request.macAddress, asked != address {
            throw .contradictingOptions(["--mac-address \(asked)", "mac=\(address)"])
        }
        return settings
    }
}

extension Endpoint {
    /// Whether a new endpoint shows that this one is gone, although nobody told: the engine does not tell of the
    /// endpoints that it lost when it was killed, and gives out an address again only when it is free.
    fileprivate func isSuperseded(by new: Endpoint) -> Bool {
        if id == new.id { return self != new.joined(hasJoined) }
        return sharesAddress(with: new)
    }

    fileprivate func joined(_ hasJoined: Bool) -> Endpoint {
        var copy = self
        copy.hasJoined = hasJoined
        return copy
    }

    func sharesAddress(with new: Endpoint) -> Bool {
        networkID == new.networkID && addresses.contains { new.addresses.contains($0) }
    }
}

extension NetworkParent {
    /// Whether this program makes the link, so that it may have to be made again.
    fileprivate var isOurs: Bool {
        if case .existing = self { false } else { true }
    }
}

extension DriverError {
    fileprivate static func unknownEndpoint(_ id: EndpointID, network: NetworkID) -> DriverError {
        DriverError(
            "endpoint \(id.short) of network \(network.short) is not known to swiftvlan; start the container again")
    }

    fileprivate static func addressOutsideSubnets(_ address: IPPrefix, subnets: [IPPrefix]) -> DriverError {
        let list = subnets.map(\.description).joined(separator: ", ")
        return DriverError("address \(address) is in no subnet of the network; its subnets are \(list)")
    }

    fileprivate static func passthruIsTaken(
        network: NetworkID, endpoint: EndpointID, sentence: String
    ) -> DriverError {
        DriverError(
            "\(sentence): network \(network.short) is macvlan passthru, which takes one container, and the last "
                + "known in it is endpoint \(endpoint.short); disconnect that one first")
    }

    fileprivate static func addressInUse(
        _ macAddress: MACAddress?, _ addresses: [IPAddress], parent: String, rival: EndpointID?
    ) -> DriverError {
        let what =
            macAddress.map { "MAC address \($0)" }
            ?? "address \(addresses.map(\.description).joined(separator: " or "))"
        let whose = rival.map { "that of endpoint \($0.short)" } ?? "perhaps of a container that is still ending"
        return DriverError(
            "\(what) is in use by another link on parent \"\(parent)\", \(whose); stop that container or choose "
                + "another address",
            retry: .heldByDyingLink)
    }
}

extension Notice {
    /// What should have been an endpoint's link has not its mark.
    fileprivate static func linkStays(link: String, endpoint: EndpointID) -> Notice {
        Notice(
            "link \"\(link)\" stays on the host, because its alias is not that of endpoint \(endpoint.short), which "
                + "had a link of this name; unless somebody else needs it, remove it: ip link delete \(link)",
            .problem, aboutLink: link)
    }
}
