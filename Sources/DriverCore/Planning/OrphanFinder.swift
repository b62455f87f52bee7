import NetworkTypes

/// Finds our links and routes without a record, and endpoints without a link.
///
/// They come from runs that died between changing the kernel and writing the record, and from Docker, which forgets
/// endpoints without a call when it is killed. Links and routes are identified by their alias and protocol number,
/// never by name alone. They count as orphans only after a while, because a link that is about to move into a container
/// looks like one.
struct OrphanFinder {
    /// The age at which a link or route without a record is an orphan; a change takes effect with the next round.
    var orphanAge: Duration
    private var links = AgeTracker<InterfaceIndex>()
    private var routes = AgeTracker<HostRoute>()
    private var endpoints = AgeTracker<LostEndpoint>()
    /// Whether orphaned routes may exist; true at first, because an earlier run may have left some.
    private var mayHaveRoutes = true

    /// How many times `orphanAge` an endpoint may exist without its link having been in a container.
    ///
    /// Docker may take long to create a container, and engines up to 27 move the link only then.
    private static let startFactor = 20

    init(orphanAge: Duration) { self.orphanAge = orphanAge }

    /// Whether a candidate is tracked that becomes an orphan if it persists.
    var isWatching: Bool { !links.isEmpty || !routes.isEmpty || !endpoints.isEmpty }

    /// Returns the links that are orphans now.
    mutating func orphanLinks(
        on host: HostView, _ registry: Registry, at now: Duration
    ) throws(DriverError) -> [HostLink] {
        let needed = Set(registry.networks.values.flatMap(\.neededLinks))
        var candidates: [HostLink] = []
        for link in try host.links() where link.removal == nil && isUnaccounted(link, needed, registry) {
            // A network may know the VLAN by another name.
            if link.owner == .vlan, try !host.networks(needing: link, registry).isEmpty { continue }
            candidates.append(link)
        }
        let old = Set(links.update(candidates.map { ($0.index, orphanAge) }, at: now))
        return candidates.filter { old.contains($0.index) }
    }

    private func isUnaccounted(_ link: HostLink, _ needed: Set<LinkName>, _ registry: Registry) -> Bool {
        switch link.owner {
        case nil: false
        // Its removal was abandoned.
        case .retired: true
        // It is created and recorded in one call, so it need not age: see `Driver.reconcileShims`.
        case .shim: false
        case .endpoint(let id): registry.endpoints[id] == nil
        case .vlan, .isolatedParent: LinkName(link.name).map { !needed.contains($0) } ?? false
        }
    }

    /// Whether our routes must be read: a network needs routes, or orphans may exist.
    func needsRoutes(_ registry: Registry) -> Bool {
        mayHaveRoutes || registry.networks.values.contains(where: \.wantsRoutes)
    }

    /// Returns the orphans among our routes.
    ///
    /// `isAccountedFor` returns whether a network needs a route. While a record is unreadable, the routes of its network or
    /// endpoint are unknown and containers may be on it, so no route is an orphan.
    mutating func orphanRoutes(
        among own: Set<HostRoute>, _ registry: Registry, isAccountedFor: (HostRoute) -> Bool, at now: Duration
    ) -> [HostRoute] {
        let candidates = own.filter { !isAccountedFor($0) }
        let wantsRoutes = registry.networks.values.contains(where: \.wantsRoutes)
        mayHaveRoutes = !candidates.isEmpty || wantsRoutes
        let known = registry.unreadable.isEmpty && registry.otherUnreadable.isEmpty ? candidates : []
        return routes.update(known.map { ($0, orphanAge) }, at: now)
    }

    /// The endpoints whose links were missing when the links in containers were last read, such as after a reboot.
    ///
    /// They need no routes. While not all containers can be read, they stay as they were.
    private(set) var missing: Set<EndpointID> = []

    /// Records that an endpoint has a link again, or was forgotten.
    mutating func removeMissing(_ id: EndpointID) { missing.remove(id) }

    /// Returns the endpoints whose links have been missing, or left on the host, for too long.
    ///
    /// `elsewhere` has the endpoints in containers; nil if not all of them could be read.
    mutating func lostEndpoints(
        here links: [HostLink], elsewhere: Set<EndpointID>?, _ registry: Registry, at now: Duration
    ) -> [LostEndpoint] {
        let here = links.endpoints
        var candidates: [(subject: LostEndpoint, limit: Duration)] = []
        for endpoint in registry.endpoints.values where elsewhere?.contains(endpoint.id) != true {
            let isGone = endpoint.hasJoined && !here.contains(endpoint.id)
            // The link may be in a namespace that could not be read.
            if isGone, elsewhere == nil { continue }
            let limit = isGone ? orphanAge : orphanAge * Self.startFactor
            candidates.append((LostEndpoint(id: endpoint.id, networkID: endpoint.networkID, isGone: isGone), limit))
        }
        noteMissing(here: here, elsewhere: elsewhere, registry)
        return endpoints.update(candidates, at: now)
    }

    /// Records which endpoints have no link now, unless not all of those in containers could be read.
    mutating func noteMissing(here links: [HostLink], elsewhere: Set<EndpointID>?, _ registry: Registry) {
        noteMissing(here: links.endpoints, elsewhere: elsewhere, registry)
    }

    private mutating func noteMissing(here: Set<EndpointID>, elsewhere: Set<EndpointID>?, _ registry: Registry) {
        guard let elsewhere else { return }
        let present = here.union(elsewhere)
        missing = Set(registry.endpoints.values.lazy.filter { $0.hasJoined && !present.contains($0.id) }.map(\.id))
    }
}

extension [HostLink] {
    /// The endpoints whose links these are.
    fileprivate var endpoints: Set<EndpointID> {
        Set(compactMap { link in if case .endpoint(let id)? = link.owner { id } else { nil } })
    }
}

extension Network {
    /// Whether the host may need routes to the network's subnets or containers.
    fileprivate var wantsRoutes: Bool { hostAccess != nil || !routedSubnets.isEmpty || hostRoutes == .endpoints }
}

/// An endpoint whose link is not in a container.
///
/// Its time restarts when its link disappears: the endpoint may have waited long for its container and be on the way
/// into it right now.
struct LostEndpoint: Hashable {
    let id: EndpointID
    let networkID: NetworkID
    let isGone: Bool
}
