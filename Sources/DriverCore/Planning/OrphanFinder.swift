import NetworkTypes

/// Finds what no record accounts for: links and routes of this program's, and endpoints without a link.
///
/// They come from runs that ended between the kernel and the record, and from Docker, which forgets endpoints without a
/// call when it is killed. Links and routes are known by their alias and protocol number, never by a name alone, and
/// count as orphans only after a while: a link is about to be moved into a container for a moment.
struct OrphanFinder {
    /// How long something that no record accounts for is left alone; a change holds from the next time on.
    var orphanAge: Duration
    private var links = AgeTracker<InterfaceIndex>()
    private var routes = AgeTracker<HostRoute>()
    private var endpoints = AgeTracker<LostEndpoint>()
    /// A former run may have left routes: seen the first time.
    private var mayHaveRoutes = true

    /// How many times as long as an orphan an endpoint is kept that has not been moved into a container: Docker may
    /// take long to create one, and up to 27 moves the link only then.
    private static let startFactor = 20

    init(orphanAge: Duration) { self.orphanAge = orphanAge }

    /// Whether something is watched that will be an orphan if it is still there later.
    var isWatching: Bool { !links.isEmpty || !routes.isEmpty || !endpoints.isEmpty }

    /// The links that are orphans by now.
    mutating func orphanLinks(
        on host: HostView, _ registry: Registry, at now: Duration
    ) throws(DriverError) -> [HostLink] {
        let needed = Set(registry.networks.values.flatMap(\.neededLinks))
        var candidates: [HostLink] = []
        for link in try host.links() where link.removal == nil && isUnaccounted(link, needed, registry) {
            // A network may know a VLAN by another name.
            if link.owner == .vlan, try !host.networks(needing: link, registry).isEmpty { continue }
            candidates.append(link)
        }
        let old = Set(links.update(candidates.map { ($0.index, orphanAge) }, at: now))
        return candidates.filter { old.contains($0.index) }
    }

    private func isUnaccounted(_ link: HostLink, _ needed: Set<LinkName>, _ registry: Registry) -> Bool {
        switch link.owner {
        case nil: false
        // Its removal was given up.
        case .retired: true
        case .endpoint(let id): registry.endpoints[id] == nil
        case .vlan, .isolatedParent: LinkName(link.name).map { !needed.contains($0) } ?? false
        }
    }

    /// Whether this program's routes have to be read: some network wants routes, or orphans may be among them.
    func needsRoutes(_ registry: Registry) -> Bool {
        mayHaveRoutes || registry.networks.values.contains { !$0.hostRouteDestinations.isEmpty }
    }

    /// The routes that are orphans by now, among this program's. `isAccountedFor` says which a network has a use for.
    ///
    /// While a network's record cannot be read, nobody knows which routes it wants, and containers may be on it.
    mutating func orphanRoutes(
        among own: Set<HostRoute>, _ registry: Registry, isAccountedFor: (HostRoute) -> Bool, at now: Duration
    ) -> [HostRoute] {
        let candidates = own.filter { !isAccountedFor($0) }
        let wantsRoutes = registry.networks.values.contains { !$0.hostRouteDestinations.isEmpty }
        mayHaveRoutes = !candidates.isEmpty || wantsRoutes
        let known = registry.unreadable.isEmpty ? candidates : []
        return routes.update(known.map { ($0, orphanAge) }, at: now)
    }

    /// The endpoints that have been without a place for too long: each time their links were nowhere, or on the host.
    /// `elsewhere` are those that are in containers, nil when not all of these could be read.
    mutating func lostEndpoints(
        here links: [HostLink], elsewhere: Set<EndpointID>?, _ registry: Registry, at now: Duration
    ) -> [LostEndpoint] {
        let here = Set(
            links.compactMap { link in
                if case .endpoint(let id)? = link.owner { id } else { nil }
            })
        var candidates: [(subject: LostEndpoint, limit: Duration)] = []
        for endpoint in registry.endpoints.values where elsewhere?.contains(endpoint.id) != true {
            let isGone = endpoint.hasJoined && !here.contains(endpoint.id)
            // It may be where one cannot read.
            if isGone, elsewhere == nil { continue }
            let limit = isGone ? orphanAge : orphanAge * Self.startFactor
            candidates.append((LostEndpoint(id: endpoint.id, networkID: endpoint.networkID, isGone: isGone), limit))
        }
        return endpoints.update(candidates, at: now)
    }
}

/// An endpoint without a place. Its time begins anew when it is nowhere: it may have waited long for its container, and
/// be on the way into that at this very moment.
struct LostEndpoint: Hashable {
    let id: EndpointID
    let networkID: NetworkID
    let isGone: Bool
}
