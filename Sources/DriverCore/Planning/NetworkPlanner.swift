import NetworkTypes

/// Decides what a requested network is on this host, and whether it can be.
struct NetworkPlanner {
    let host: HostView
    let registry: Registry

    /// The network that a request asks for, checked against the rules, the other networks and the host.
    func network(_ request: NetworkRequest) throws(DriverError) -> PlannedNetwork {
        let options = try NetworkOptions(request.options)
        try request.checkEngineOptions()
        if let known = try knownWithoutParent(request, options) {
            return PlannedNetwork(network: known, isParentMissing: true)
        }
        let resolver = ParentResolver(host: host, registry: registry)
        let resolved = try resolver.parent(options.parent, for: request.id)
        var network = try Network(request, options, parent: resolved.parent)
        if let known = registry.networks[request.id], try isSame(known, request, options, at: resolved.place) {
            network = known
        }
        try check(network, at: resolved.place)
        let notices = resolved.notices + (try newNotices(about: network, request, options, at: resolved.place))
        if let obstacle = try ParentPlanner(host: host, registry: registry).plan(for: network).obstacle {
            throw obstacle
        }
        return PlannedNetwork(network: network, notices: notices)
    }

    /// What the user of a network should know that is not known as it is.
    private func newNotices(
        about network: Network, _ request: NetworkRequest, _ options: NetworkOptions, at place: ParentPlace?
    ) throws(DriverError) -> [Notice] {
        guard registry.networks[network.id] != network else { return [] }
        var notices: [Notice] = []
        if let notice = MACAddressRules.notice(about: network) { notices.append(notice) }
        if let place { notices += try BridgeVLANChecks(host: host).check(place, options.parent) }
        return notices
            + (try HostAddressFinder(host: host).notices(for: network, reserved: request.reservedAddresses))
    }

    /// Whether a request repeats the one that a network was created by, though its record has other names for the same
    /// parent: those that its links had then, as records of earlier versions have, or those of another network.
    private func isSame(
        _ known: Network, _ request: NetworkRequest, _ options: NetworkOptions, at place: ParentPlace?
    ) throws(DriverError) -> Bool {
        guard let place, try Network(request, options, parent: known.parent) == known else { return false }
        return try host.means(known.parent, place)
    }

    /// The known network that a request repeats while its parent is not there to be checked: Swarm repeats the call
    /// after a reboot, when the parent may be late.
    private func knownWithoutParent(
        _ request: NetworkRequest, _ options: NetworkOptions
    ) throws(DriverError) -> Network? {
        guard let known = registry.networks[request.id], let lowest = known.parent.lowestForeignLink,
            known.parent.isMeant(by: options.parent), try host.usableLink(named: lowest) == nil
        else { return nil }
        return try Network(request, options, parent: known.parent) == known ? known : nil
    }

    private func check(_ network: Network, at place: ParentPlace?) throws(DriverError) {
        try RouterRules.check(network.settings.routers, in: network)
        try StaticRouteRules.check(network.settings, in: network)
        try MTURules.check(network.settings.mtu, on: place?.link, network.pools.map(\.subnet.family))
        guard let place else { return }
        try checkNested(network.attachment, at: place)
        let name = network.parent.linkName
        let sharers = try host.networks(on: place, registry).filter { $0.id != network.id }
        try ParentSharing.check(
            network.attachment, on: name, besides: sharers, toForget: registry.adviceToForget)
        if place.missing.isEmpty {
            let upper = try host.upperLinks(of: place.link)
            // Sorted, so that the same link is named whenever several are in the way.
            let others = upper.filter { !registry.belongsToKnownEndpoint($0) }.sorted { $0.name < $1.name }
            try ParentSharing.check(network.attachment, on: name, besides: others)
        }
        try HostRoutePlanner(host: host, registry: registry).check(network, at: place)
    }
}

extension NetworkPlanner {
    /// Checks the link below all VLANs, which only matters where it is a macvlan or ipvlan link.
    private func checkNested(_ attachment: Attachment, at place: ParentPlace) throws(DriverError) {
        var base = place.link
        while case .vlan = base.kind, let index = base.lowerIndex, let lower = try host.link(at: index) { base = lower }
        let isTagged = base != place.link || !place.missing.isEmpty
        try NestedParent.check(attachment, on: base, isTagged: isTagged)
    }
}

/// A requested network that can be.
struct PlannedNetwork {
    let network: Network
    /// Whether the network is known as it is and only waits for its parent, so that nothing is to be done now.
    var isParentMissing = false
    var notices: [Notice] = []
}

extension Network {
    fileprivate init(_ request: NetworkRequest, _ options: NetworkOptions, parent: NetworkParent) throws(DriverError) {
        if options.hostRoutes == true, request.isInternal {
            throw .optionNotUsable(
                option: "host_routes=on", why: "an --internal network has no host routes",
                instead: "leave one of them out")
        }
        let isRouted = options.attachment.isLayer3 && !request.isInternal && !parent.isIsolated
        self.init(
            id: request.id, attachment: options.attachment, parent: parent, isInternal: request.isInternal,
            pools: request.pools, settings: options.settings, broadcastQueueLength: options.broadcastQueueLength,
            wantsHostRoutes: options.hostRoutes ?? isRouted)
    }
}
