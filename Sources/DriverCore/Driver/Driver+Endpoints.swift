import NetworkTypes

extension Driver {
    /// Takes a container's place in a network; its link is created when it joins.
    package mutating func createEndpoint(_ request: EndpointRequest) throws(DriverError) -> EndpointResult {
        try withoutPendingRemoval(.endpoint(request.id)) { (driver) throws(DriverError) in
            try driver.create(request)
        }
    }

    private mutating func create(_ request: EndpointRequest) throws(DriverError) -> EndpointResult {
        retryPendingRemovals()
        var endpoint = try EndpointPlanner(host: HostView(reader), registry: registry).endpoint(request)
        for former in registry.endpoints.values where former.isSuperseded(by: endpoint) { _ = try forget(former.id) }
        let known = registry.endpoints[endpoint.id]
        if let known { endpoint.takeOverJoin(of: known) }
        try registry.save(endpoint)
        if known == nil {
            for name in DockerEngineOptions.unknown(among: request.options.keys) { notice(.engineOptionUnknown(name)) }
        }
        return EndpointResult(
            chosenMACAddress: request.macAddress == nil ? endpoint.macAddress : nil, isNew: known == nil)
    }

    /// Creates an endpoint's link in the host's network namespace, for Docker to move into the container whose network
    /// namespace it calls `sandbox`.
    ///
    /// A repeated call finds the link of the first.
    package mutating func join(
        _ id: EndpointID, network networkID: NetworkID, sandbox: String? = nil
    ) throws(DriverError) -> JoinResult {
        let network = try registry.network(networkID)
        guard var endpoint = registry.endpoints[id], endpoint.networkID == networkID else {
            throw .unknownEndpoint(id, network: networkID)
        }
        endpoint.sandbox = sandbox ?? endpoint.sandbox
        try SandboxRoutes.check(endpoint, in: network, registry)
        let host = HostView(reader)
        // A parent that somebody has removed is created again: the network is wanted still.
        let provision = try provide(network, host, comparesRoutes: states.lacksRoutes(network.id))
        states.setLacksRoutes(provision.hasWaitingRoutes, network.id)
        let plan = try EndpointPlanner(host: host, registry: registry)
            .linkPlan(for: endpoint, in: network, on: provision.parent)
        let outcome = try apply([.create(.endpoint(plan))], for: .call, host)
        // While this throws the link stays, for the call to be made again.
        if let link = outcome.created.first { try probeIfSuspect(endpoint, link, on: provision.parent, host) }
        try saveJoined(endpoint, undoing: outcome.done)
        return JoinResult(
            linkName: plan.name, routes: EndpointRoutes(of: endpoint, in: network),
            interfacePrefix: endpoint.settings.interfacePrefix ?? .standard)
    }

    /// Forgets an endpoint and retires its link, where Docker has brought that back from the container.
    ///
    /// Also for an endpoint that is not known, whose record was lost: its link is known by its alias.
    package mutating func deleteEndpoint(_ id: EndpointID) throws(DriverError) -> LinkRemoval? {
        retryPendingRemovals()
        return try forget(id)
    }

    /// Records that an endpoint has a link from now on; without the record it would not count as lost when that goes.
    private mutating func saveJoined(_ endpoint: Endpoint, undoing done: [Step]) throws(DriverError) {
        var joined = endpoint
        joined.hasJoined = true
        guard registry.endpoints[endpoint.id] != joined else { return }
        do throws(DriverError) {
            try registry.save(joined)
        } catch {
            applier.undo(done)
            throw error
        }
    }

    /// Finds out whether an endpoint can have its addresses, where a link out of sight may hold them: Docker would fail
    /// with an error that explains nothing, and would not try again.
    private mutating func probeIfSuspect(
        _ endpoint: Endpoint, _ link: HostLink, on parent: HostLink, _ host: HostView
    ) throws(DriverError) {
        let place = ParentPlace(parent)
        let conflicting = try endpointWithMACAddress(of: endpoint, on: place, host)
        var suspected: Set<NetworkParent> = []
        for candidate in suspects.parents(concerning: endpoint) where try host.means(candidate, place) {
            suspected.insert(candidate)
        }
        guard conflicting != nil || !suspected.isEmpty else { return }
        guard try applier.isUsable(link, with: endpoint.addresses) else {
            throw .addressInUse(
                endpoint.macAddress, endpoint.addresses.map(\.address), parent: parent.name, by: conflicting)
        }
        suspects.clear(endpoint, on: suspected)
    }

    /// Another endpoint on a parent with an endpoint's MAC address.
    private func endpointWithMACAddress(
        of endpoint: Endpoint, on place: ParentPlace, _ host: HostView
    ) throws(DriverError) -> EndpointID? {
        guard let address = endpoint.macAddress else { return nil }
        for other in registry.endpoints.values where other.macAddress == address && other.id != endpoint.id {
            guard let network = registry.networks[other.networkID] else { continue }
            if try host.means(network.parent, place) { return other.id }
        }
        return nil
    }
}

extension Endpoint {
    /// Takes over what an earlier request for the same endpoint has come to.
    fileprivate mutating func takeOverJoin(of known: Endpoint) {
        hasJoined = known.hasJoined
        sandbox = known.sandbox
    }

    /// Whether a new endpoint shows that this one is gone: Docker makes no call for the endpoints that it lost when it
    /// was killed, and gives out an address again only when it is free.
    fileprivate func isSuperseded(by new: Endpoint) -> Bool {
        if id == new.id {
            var new = new
            new.takeOverJoin(of: self)
            return self != new
        }
        return sharesAddress(with: new)
    }

    func sharesAddress(with new: Endpoint) -> Bool {
        networkID == new.networkID && addresses.contains { new.addresses.contains($0) }
    }
}

extension Notice {
    fileprivate static func engineOptionUnknown(_ name: String) -> Notice {
        Notice(
            "swiftvlan does not know the option \(name) and leaves it to Docker; if it was given with --driver-opt, check "
                + "that Docker knows it", .problem, about: .event(name))
    }
}

extension DriverError {
    fileprivate static func addressInUse(
        _ macAddress: MACAddress?, _ addresses: [IPAddress], parent: String, by conflicting: EndpointID?
    ) -> DriverError {
        let what =
            macAddress.map { "MAC address \($0)" }
            ?? "address \(addresses.map(\.description).joined(separator: " or "))"
        let whose =
            conflicting.map { "that of endpoint \($0.short)" } ?? "perhaps that of a container that is still stopping"
        return DriverError(
            "\(what) is in use by another link on parent \"\(parent)\", \(whose); stop that container or choose "
                + "another address",
            retry: .heldByDyingLink)
    }
}
