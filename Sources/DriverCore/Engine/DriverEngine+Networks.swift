import NetworkTypes

extension DriverEngine {
    /// Makes a network, with its VLAN sub-interfaces or dummy parent and its host routes where it needs them.
    ///
    /// Swarm repeats the call for a network that it has made before: the same again changes nothing, another one of
    /// that identifier takes the old one's place together with its endpoints.
    package mutating func createNetwork(_ request: NetworkRequest) throws(DriverError) {
        try withoutPendingRemoval(.network(request.id)) { (driver) throws(DriverError) in
            try driver.makeNetwork(request)
        }
    }

    private mutating func makeNetwork(_ request: NetworkRequest) throws(DriverError) {
        removeLeftovers()
        let options = try NetworkOptions(request.options)
        if try isKnown(request, options) { return }
        let place = try choosePlace(options.parent)
        let network = try Network(request, options, parent: parent(at: place, for: request.id))
        try check(network, at: place)

        let known = networks[network.id]
        if known == network {
            _ = try provide(network)
            return
        }
        // The endpoints of a network that is made anew are orphans in any case.
        _ = try deleteEndpoints(of: network.id)
        let made = try provide(network)
        do throws(DriverError) {
            try storing { (store) throws(StateStoreError) in try store.save(network) }
        } catch {
            takeBack(made)
            throw error
        }
        networks[network.id] = network
        conditions[network.id] = .ready
        unreadable[network.id] = nil
        if let known {
            _ = removeSurroundings(of: known)
            provideHostRoutesAnew(of: network)
        }
        place?.notices.forEach { notice($0) }
    }

    /// Forgets a network with all its endpoints, and removes its parent where that was made for it and nobody else
    /// uses it; tells which removals are under way, for a caller who wants to see them finished.
    ///
    /// The record goes first: should the program end in between, a link that is marked and has no record is plainly
    /// left over, whereas a record without its link could as well be in use.
    package mutating func deleteNetwork(_ id: NetworkID) throws(DriverError) -> [LinkRemoval] {
        removeLeftovers()
        return try forget(id)
    }

    mutating func forget(_ id: NetworkID) throws(DriverError) -> [LinkRemoval] {
        do throws(DriverError) {
            return try removeRecords(of: id)
        } catch {
            keep(.network(id), error.description)
            throw error
        }
    }

    private mutating func removeRecords(of id: NetworkID) throws(DriverError) -> [LinkRemoval] {
        let removals = try deleteEndpoints(of: id)
        guard let network = networks[id] else {
            // One that is not known, because its record cannot be read or was lost, may still have left its dummy.
            try storing { (store) throws(StateStoreError) in try store.remove(id) }
            unreadable[id] = nil
            guard let name = LinkNames.isolatedParent(id) else { return removals }
            return removals + removeParentLinks([OwnedLink(name: name, owner: .isolatedParent(id))])
        }
        try storing { (store) throws(StateStoreError) in try store.remove(id) }
        networks[id] = nil
        conditions[id] = nil
        return removals + removeSurroundings(of: network)
    }

    private mutating func deleteEndpoints(of id: NetworkID) throws(DriverError) -> [LinkRemoval] {
        var removals: [LinkRemoval] = []
        for endpoint in endpoints(of: id) {
            if let removal = try forget(endpoint.id) { removals.append(removal) }
        }
        return removals
    }

    /// Whether a request is for a network that is known as it is, whose parent is not there to be looked at: Swarm
    /// repeats the call after a reboot, when the parent may be late.
    private mutating func isKnown(_ request: NetworkRequest, _ options: NetworkOptions) throws(DriverError) -> Bool {
        guard let known = networks[request.id], let lowest = known.parent.lowestForeignLink,
            known.parent.isMeant(by: options.parent), try usableLink(named: lowest) == nil
        else { return false }
        return try Network(request, options, parent: known.parent) == known
    }

    /// Checks a network that is to be made against the rules, the networks that there are, and the host.
    private mutating func check(_ network: Network, at place: ParentPlace?) throws(DriverError) {
        try StaticRouteRules.check(network.settings.routes, in: network)
        try MTURules.check(network.settings.mtu, on: place?.link, network.pools.map(\.subnet.family))
        let name = network.parent.linkName
        let sharers = networks.values.filter { $0.parent.linkName == name && $0.id != network.id }
        try ParentSharing.check(network.attachment, on: name, besides: sharers)
        if let link = place?.link, place?.missing.isEmpty == true {
            let holders = try hosting { (host) throws(HostNetworkError) in try host.holders(of: link) }
            // Sorted, so that the same link is named whenever several are in the way.
            let strangers = holders.filter { !isAccountedFor($0) }.sorted { $0.name < $1.name }
            try ParentSharing.check(network.attachment, on: name, besides: strangers)
        }
        try checkHostRoutes(of: network, at: place)
    }

    /// Whether a link on a parent belongs to a network that is known, and so was compared with that.
    func isAccountedFor(_ link: HostLink) -> Bool {
        switch link.owner {
        case .endpoint(let id): endpoints[id] != nil
        case .retired: link.removal == nil
        case .vlan, .isolatedParent, nil: false
        }
    }
}

extension Network {
    fileprivate init(
        _ request: NetworkRequest,
        _ options: NetworkOptions,
        parent: NetworkParent
    ) throws(DriverError) {
        if options.hostRoutes == true, request.isInternal {
            throw .optionNotUsable(
                option: "host_routes=on", why: "an --internal network has no way in", instead: "leave one of them out")
        }
        let isRouted = options.attachment.isLayer3 && !request.isInternal && !parent.isIsolated
        self.init(
            id: request.id, attachment: options.attachment, parent: parent, isInternal: request.isInternal,
            pools: request.pools, settings: options.settings, broadcastQueueLength: options.broadcastQueueLength,
            wantsHostRoutes: options.hostRoutes ?? isRouted)
    }
}
