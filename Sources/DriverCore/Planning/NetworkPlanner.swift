import NetworkTypes

/// Plans a requested network on this host, and checks that it is possible.
struct NetworkPlanner {
    let host: HostView
    let registry: Registry

    /// Returns the requested network, checked against the rules, the other networks and the host.
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
            let engineAnnounces = network.engineAnnounces
            network = known
            network.engineAnnounces = engineAnnounces
        }
        try HostAccessRules.check(network)
        let staleShim = try check(network, at: resolved.place)
        let notices = resolved.notices + (try newNotices(about: network, request, options, at: resolved.place))
        if let obstacle = try ParentPlanner(host: host, registry: registry).plan(for: network).obstacle {
            throw obstacle
        }
        return PlannedNetwork(network: network, notices: notices, staleShim: staleShim)
    }

    /// Returns the notices for a network that is new or changed.
    private func newNotices(
        about network: Network, _ request: NetworkRequest, _ options: NetworkOptions, at place: ParentPlace?
    ) throws(DriverError) -> [Notice] {
        guard !network.isSame(as: registry.networks[network.id]) else { return [] }
        var notices: [Notice] = []
        if let notice = MACAddressRules.notice(about: network) { notices.append(notice) }
        if let place { notices += try BridgeVLANChecks(host: host).check(place, options.parent) }
        notices += try accessNotices(for: network, at: place)
        return notices
            + (try HostAddressFinder(host: host).notices(for: network, reserved: request.reservedAddresses))
    }

    /// Whether a request repeats the one that created a network, although its record has other names for the parent.
    ///
    /// The record may have the names that the parent's links had at that time, as earlier versions recorded them, or
    /// those of another network.
    private func isSame(
        _ known: Network, _ request: NetworkRequest, _ options: NetworkOptions, at place: ParentPlace?
    ) throws(DriverError) -> Bool {
        guard let place, try Network(request, options, parent: known.parent).isSame(as: known) else {
            return false
        }
        return try host.means(known.parent, place)
    }

    /// Returns the known network that a request repeats while its parent is missing.
    ///
    /// Swarm repeats the call after a reboot, when the parent may appear late.
    private func knownWithoutParent(
        _ request: NetworkRequest, _ options: NetworkOptions
    ) throws(DriverError) -> Network? {
        guard let known = registry.networks[request.id], let lowest = known.parent.lowestForeignLink,
            known.parent.isMeant(by: options.parent), try host.usableLink(named: lowest) == nil
        else { return nil }
        return try Network(request, options, parent: known.parent).isSame(as: known) ? known : nil
    }

    private func accessNotices(for network: Network, at place: ParentPlace?) throws(DriverError) -> [Notice] {
        guard let access = network.hostAccess, let place else { return [] }
        for other in try host.networks(on: place, registry) where other.id != network.id {
            try HostAccessRules.check(access, besides: registry.endpoints(of: other.id))
        }
        let parent = place.missing.isEmpty ? place.link : nil
        let planner = HostAccessPlanner(host: host, registry: registry)
        var unserved: [AddressFamily] = []
        for family in network.families where try planner.source(family, of: network, on: parent) == nil {
            unserved.append(family)
        }
        let own = try parent.map { (link) throws(DriverError) in try planner.addresses(of: link) } ?? []
        return try HostAccessRules.notices(for: network, unserved: unserved, own: own, parent: place.linkName)
    }

    /// Checks a network against the host; returns a shim that no network needs and that is in its way.
    private func check(_ network: Network, at place: ParentPlace?) throws(DriverError) -> HostLink? {
        try RouterRules.check(network.settings.routers, in: network)
        try StaticRouteRules.check(network.settings, in: network)
        try MTURules.check(network.settings.mtu, on: place?.link, network.pools.map(\.subnet.family))
        guard let place else { return nil }
        try checkNested(network.attachment, at: place)
        let name = network.parent.linkName
        let sharers = try host.networks(on: place, registry).filter { $0.id != network.id }
        try ParentSharing.check(
            network.attachment, on: name, besides: sharers, toForget: registry.adviceToForget)
        var staleShim: HostLink?
        if place.missing.isEmpty {
            if let vrf = try host.vrf(of: place.link) { try VRFRules.check(network, on: place.link, of: vrf) }
            let access = HostAccessPlanner(host: host, registry: registry)
            let upper = try host.upperLinks(of: place.link)
            // Sorted, so that the same link is named every time.
            var others = upper.filter { !registry.belongsToKnownEndpoint($0) }.sorted { $0.name < $1.name }
            for shim in others where shim.owner == .shim && shim.isAlive && !shim.isElsewhere {
                others.removeAll { $0 == shim }
                guard try !access.isNeeded(shim, besides: network.id) else { continue }
                if !ParentSharing.canShare(network.attachment, with: shim) { staleShim = shim }
            }
            try ParentSharing.check(network.attachment, on: name, besides: others)
        }
        try HostRoutePlanner(host: host, registry: registry).check(network, at: place)
        return staleShim
    }
}

extension NetworkPlanner {
    /// Checks the link below all VLANs, which matters only if it is a macvlan or ipvlan link.
    private func checkNested(_ attachment: Attachment, at place: ParentPlace) throws(DriverError) {
        var base = place.link
        while case .vlan = base.kind, let index = base.lowerIndex, let lower = try host.link(at: index) { base = lower }
        let isTagged = base != place.link || !place.missing.isEmpty
        try NestedParent.check(attachment, on: base, isTagged: isTagged)
    }
}

/// The plan for a requested network.
struct PlannedNetwork {
    let network: Network
    /// Whether the network is already known and only waits for its parent, so that there are no steps to apply.
    var isParentMissing = false
    var notices: [Notice] = []
    /// A shim that no network needs any more and that must be retired first.
    var staleShim: HostLink?
}

extension Network {
    fileprivate init(_ request: NetworkRequest, _ options: NetworkOptions, parent: NetworkParent) throws(DriverError) {
        if let wanted = options.hostRoutes, wanted != .off, request.isInternal {
            throw .optionNotUsable(
                option: "host_routes=\(wanted.rawValue)", why: "an --internal network has no host routes",
                instead: "leave one of them out")
        }
        let isRouted = options.attachment.isLayer3 && !request.isInternal && !parent.isIsolated
        self.init(
            id: request.id, attachment: options.attachment, parent: parent, isInternal: request.isInternal,
            pools: request.pools, settings: options.settings, broadcastQueueLength: options.broadcastQueueLength,
            hostRoutes: options.hostRoutes ?? (isRouted ? .pools : .off),
            hostAccess: options.hasHostAccess ? HostAccess(addresses: request.hostAddresses) : nil,
            conflictCheck: options.conflictCheck, announcements: options.announcements,
            engineAnnounces: request.engineAnnouncesAddresses)
    }
}
