import NetworkTypes

/// Plans the removal of a forgotten network's links and routes that no other network needs.
struct RemovalPlanner {
    let host: HostView
    let registry: Registry
    /// The endpoints that need no route, although they have joined.
    var absent: Set<EndpointID> = []

    private var needs: HostRouteNeeds { HostRouteNeeds(registry: registry, absent: absent) }

    /// Returns the links of a forgotten network that no other network needs.
    func retirement(of network: Network) throws(DriverError) -> Retirement {
        let links = network.ownLinks
        // If the uppermost link stays, so do the others, whatever their names; no need to read them.
        guard let uppermost = links.first, !registry.needs(uppermost.name) else { return Retirement() }
        return try retirement(of: host.ownLinks(of: network))
    }

    /// Returns the links of a parent to retire, from the top down to the first one that must stay.
    ///
    /// A link stays while a network needs it, or while it carries another link, even one in a container: that would be
    /// deleted with it. Such a link is retired when the last of these is gone. A link that the host uses is released,
    /// and the links below it stay too.
    func retirement(of links: [OwnedLink], evenIfNeeded: Bool = false) throws(DriverError) -> Retirement {
        var plan = Retirement()
        plan.unneeded = Array(links.prefix { evenIfNeeded || !registry.needs($0.name) })
        guard !plan.unneeded.isEmpty else { return plan }
        let all = try host.links()
        if !evenIfNeeded { try keepNeeded(&plan.unneeded, all) }
        var retiring: Set<InterfaceIndex> = []
        for wanted in plan.unneeded {
            guard let link = all.first(where: { $0.name == wanted.name.text }) else { continue }
            guard link.owner == wanted.owner || link.removal != nil else { break }
            if link.removal == nil, let use = try HostUseFinder(host: host).use(of: link) {
                plan.steps.append(.release(link, wanted, use))
                break
            }
            guard link.masterIndex == nil else { break }
            var users = all.filter { $0.lowerIndex == link.index && !retiring.contains($0.index) && $0.isAlive }
            let shims = try unneededShims(among: users, evenIfNeeded)
            users.removeAll { shims.contains($0) }
            guard users.isEmpty, try isFreeElsewhere(link) else {
                plan.users = users
                break
            }
            plan.steps += shims.compactMap { shim in shim.owned.map { .retire($0, seen: shim) } }
            retiring.insert(link.index)
            if let removal = link.removal {
                plan.underWay.append(removal)
            } else {
                plan.steps.append(.retire(wanted, seen: link))
            }
        }
        return plan
    }

    private func unneededShims(among users: [HostLink], _ evenIfNeeded: Bool) throws(DriverError) -> [HostLink] {
        guard registry.unreadable.isEmpty else { return [] }
        let planner = HostAccessPlanner(host: host, registry: registry)
        var shims: [HostLink] = []
        for user in users where user.owner == .shim {
            if !evenIfNeeded, try planner.isNeeded(user) { continue }
            shims.append(user)
        }
        return shims
    }

    /// Drops links that a network needs under another name, and the links below them.
    private func keepNeeded(_ unneeded: inout [OwnedLink], _ all: [HostLink]) throws(DriverError) {
        for (place, wanted) in unneeded.enumerated() where wanted.owner == .vlan {
            guard let link = all.first(where: { $0.owned == wanted }) else { continue }
            guard try host.networks(needing: link, registry).isEmpty else {
                unneeded.removeSubrange(place...)
                return
            }
        }
    }

    /// Whether a link carries no links in other namespaces; false if that cannot be known.
    private func isFreeElsewhere(_ link: HostLink) throws(DriverError) -> Bool {
        guard link.isAlive else { return true }
        return try host.upperLinksElsewhere(of: link)?.isEmpty ?? false
    }

    /// Returns the steps that remove a network's routes, except those that another network on its parent needs.
    ///
    /// Without its link, a route is already gone.
    func routeSteps(of network: Network) throws(DriverError) -> [Step] {
        let destinations = network.routedSubnets
        guard !destinations.isEmpty, let parent = try host.link(of: network.parent) else { return [] }
        let table = try host.table(of: parent)
        let needed = Set(try host.networks(on: ParentPlace(parent), registry).flatMap(\.routedSubnets))
        let unneeded = destinations.filter { !needed.contains($0) }
        let steps: [Step] = unneeded.map { .removeRoute(HostRoute(to: $0, over: parent.index, in: table)) }
        guard network.hostAccess != nil, let shim = try host.shim(on: parent) else { return steps }
        // Routes of other networks that only this one's access brought to the shim move back.
        let served = try HostAccessPlanner(host: host, registry: registry).plan(on: parent)?.ways ?? [:]
        var moving: [HostRoute] = []
        for destination in destinations where needed.contains(destination) && served[destination] == nil {
            moving += try host.ownRoutes(to: destination, in: table).filter { $0.linkIndex == shim.index }
        }
        return steps + unneeded.map { .removeRoute(HostRoute(to: $0, over: shim.index)) }
            + moving.map { .replaceRoute(HostRoute(to: $0.destination, over: parent.index, in: table), former: $0) }
    }

    /// Returns the steps that remove the routes to an endpoint that left its container or was forgotten.
    ///
    /// A route over the parent's shim is removed with the host's access.
    func routeSteps(of endpoint: Endpoint, in network: Network) throws(DriverError) -> [Step] {
        guard network.hostRoutes == .endpoints else { return [] }
        guard let parent = try host.link(of: network.parent) else { return try routeSteps(withoutParent: endpoint) }
        let table = try host.table(of: parent)
        var steps: [Step] = []
        for destination in endpoint.hostPrefixes {
            let route = HostRoute(to: destination, over: parent.index, in: table)
            if try !isNeeded(route) { steps.append(.removeRoute(route)) }
        }
        return steps
    }

    /// Returns the steps for an endpoint whose parent was renamed, so that its routes are known by destination only.
    private func routeSteps(withoutParent endpoint: Endpoint) throws(DriverError) -> [Step] {
        let destinations = Set(endpoint.hostPrefixes)
        var steps: [Step] = []
        for route in try host.ownRoutes() where destinations.contains(route.destination) {
            guard needs.networks(needing: route.destination).isEmpty, try !isNeeded(route) else { continue }
            steps.append(.removeRoute(route))
        }
        return steps
    }

    /// Whether a network needs a route over its parent.
    func isNeeded(_ route: HostRoute) throws(DriverError) -> Bool {
        for network in needs.networks(needing: route.destination) {
            guard let parent = try host.link(of: network.parent), parent.index == route.linkIndex else { continue }
            if try host.table(of: parent) == route.table { return true }
        }
        guard let index = route.linkIndex else { return false }
        return try HostAccessPlanner(host: host, registry: registry, absent: absent)
            .isNeeded(route.destination, over: index)
    }
}

/// The plan for retiring the links of a parent.
struct Retirement {
    /// The links that no network needs.
    var unneeded: [OwnedLink] = []
    /// The steps for the links that can be retired now.
    var steps: [Step] = []
    /// The removals that are already under way.
    var underWay: [LinkRemoval] = []
    /// The links that keep one of them, because they are on it.
    var users: [HostLink] = []
}
