import NetworkTypes

extension Driver {
    /// Creates an endpoint, a container's place in a network; its link is created when it joins.
    package mutating func createEndpoint(_ request: EndpointRequest) throws(DriverError) -> EndpointResult {
        try withoutPendingRemoval(.endpoint(request.id)) { (driver) throws(DriverError) in
            try driver.create(request)
        }
    }

    private mutating func create(_ request: EndpointRequest) throws(DriverError) -> EndpointResult {
        retryPendingRemovals()
        let host = HostView(reader)
        var endpoint = try EndpointPlanner(host: host, registry: registry).endpoint(request)
        for former in registry.endpoints(like: endpoint) where former.isSuperseded(by: endpoint) {
            _ = try forget(former.id)
        }
        let known = registry.endpoints[endpoint.id]
        if let known { endpoint.takeOverJoin(of: known) } else { try checkSiblings(of: &endpoint, host) }
        try registry.save(endpoint)
        if known == nil {
            ask(about: endpoint, host)
            for name in DockerEngineOptions.unknown(among: request.options.keys) { notice(.engineOptionUnknown(name)) }
        }
        return EndpointResult(
            chosenMACAddress: request.macAddress == nil ? endpoint.macAddress : nil, isNew: known == nil)
    }

    /// Creates an endpoint's link in the host's network namespace; Docker then moves it into the container.
    ///
    /// `sandbox` is Docker's name for the container's network namespace. A repeated call returns the link of the first.
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
        // Recreates a parent that was deleted behind our back: the network still needs it.
        let provision = try provide(network, host, comparesRoutes: states.lacksRoutes(network.id))
        states.setLacksRoutes(provision.hasWaitingRoutes, network.id)
        let plan = try EndpointPlanner(host: host, registry: registry)
            .linkPlan(for: endpoint, in: network, on: provision.parent)
        let outcome = try apply([.create(.endpoint(plan))], for: .call, host)
        // If this throws, the link stays for the next attempt.
        if let link = outcome.created.first { try probeIfSuspect(endpoint, link, on: provision.parent, host) }
        let access = try provideAccess(to: endpoint, in: network, provision, undoing: outcome.done, host)
        // The link of an endpoint that joined before is not new.
        let routes = try provideRoutes(
            to: endpoint, in: network, over: provision, undoing: (endpoint.hasJoined ? [] : outcome.done) + access,
            host)
        try saveJoined(endpoint, undoing: outcome.done + access + routes)
        self.access.departed.remove(id)
        orphans.removeMissing(id)
        noteJoined(endpoint, in: network, on: provision.parent)
        return JoinResult(
            linkName: plan.name, routes: EndpointRoutes(of: endpoint, in: network),
            interfacePrefix: endpoint.settings.interfacePrefix ?? .standard)
    }

    /// Forgets an endpoint and retires its link, if Docker has moved it back from the container.
    ///
    /// Also works for an endpoint whose record was lost: the alias identifies its link.
    package mutating func deleteEndpoint(_ id: EndpointID) throws(DriverError) -> LinkRemoval? {
        retryPendingRemovals()
        return try forget(id)
    }

    /// Records that an endpoint has a link.
    ///
    /// Without this record, an endpoint whose link disappears would not count as lost.
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

    /// Throws if another link, possibly one we cannot see, holds an endpoint's addresses.
    ///
    /// Otherwise Docker would fail with an unclear error and not retry.
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

    /// The other endpoint with an endpoint's MAC address on the same parent.
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
    /// Keeps the join state and the conflicts of an earlier request for the same endpoint.
    fileprivate mutating func takeOverJoin(of known: Endpoint) {
        hasJoined = known.hasJoined
        sandbox = known.sandbox
        conflicts = known.conflicts
    }

    /// Whether a new endpoint proves that this one is gone.
    ///
    /// Docker makes no call for the endpoints that it lost when it was killed, and assigns an address again only when
    /// it is free.
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
