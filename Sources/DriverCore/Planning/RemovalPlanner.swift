import NetworkTypes

/// Decides what goes with a network that has been forgotten: links and routes that no other network needs.
struct RemovalPlanner {
    let host: HostView
    let registry: Registry

    /// The links of a forgotten network that no other network needs.
    func retirement(of network: Network) throws(DriverError) -> Retirement {
        let links = network.ownLinks
        // Where the uppermost stays, the others do, whatever their names are; they need not be read.
        guard let uppermost = links.first, !registry.needs(uppermost.name) else { return Retirement() }
        return try retirement(of: host.ownLinks(of: network))
    }

    /// The links of a parent to retire, from the uppermost down to the first that a network still needs, or that has a
    /// link on it, be it in a container: that would go with it. Such a link is retired when the last of these has gone.
    /// One that the host uses is released, and those below stay with it.
    func retirement(of links: [OwnedLink], evenIfNeeded: Bool = false) throws(DriverError) -> Retirement {
        var plan = Retirement()
        plan.unneeded = Array(links.prefix { evenIfNeeded || !registry.needs($0.name) })
        guard !plan.unneeded.isEmpty else { return plan }
        let all = try host.links()
        if !evenIfNeeded { try keepNeeded(&plan.unneeded, all) }
        var going: Set<InterfaceIndex> = []
        for wanted in plan.unneeded {
            guard let link = all.first(where: { $0.name == wanted.name.text }) else { continue }
            guard link.owner == wanted.owner || link.removal != nil else { break }
            if link.removal == nil, let use = try HostUseFinder(host: host).use(of: link) {
                plan.steps.append(.release(link, wanted, use))
                break
            }
            guard link.masterIndex == nil else { break }
            let users = all.filter { $0.lowerIndex == link.index && !going.contains($0.index) && $0.isAlive }
            guard users.isEmpty, try isFreeElsewhere(link) else {
                plan.users = users
                break
            }
            going.insert(link.index)
            if let removal = link.removal {
                plan.underWay.append(removal)
            } else {
                plan.steps.append(.retire(wanted, seen: link))
            }
        }
        return plan
    }

    /// Leaves out what a network needs that knows it by another name, and what that is on.
    private func keepNeeded(_ unneeded: inout [OwnedLink], _ all: [HostLink]) throws(DriverError) {
        for (place, wanted) in unneeded.enumerated() where wanted.owner == .vlan {
            guard let link = all.first(where: { $0.owned == wanted }) else { continue }
            guard try host.networks(needing: link, registry).isEmpty else {
                unneeded.removeSubrange(place...)
                return
            }
        }
    }

    /// Whether nothing is on a link in other namespaces; not when that cannot be known.
    private func isFreeElsewhere(_ link: HostLink) throws(DriverError) -> Bool {
        guard link.isAlive else { return true }
        return try host.upperLinksElsewhere(of: link)?.isEmpty ?? false
    }

    /// The steps that remove a network's routes, but for those that another network on its parent needs. Without its link
    /// a route is gone as well.
    func routeSteps(of network: Network) throws(DriverError) -> [Step] {
        let destinations = network.hostRouteDestinations
        guard !destinations.isEmpty, let parent = try host.link(of: network.parent) else { return [] }
        let needed = Set(try host.networks(on: ParentPlace(parent), registry).flatMap(\.hostRouteDestinations))
        return destinations.filter { !needed.contains($0) }.map { .removeRoute(HostRoute(to: $0, over: parent.index)) }
    }

    /// Whether a network needs a route over its parent.
    func isNeeded(_ route: HostRoute) throws(DriverError) -> Bool {
        for network in registry.networks.values where network.hostRouteDestinations.contains(route.destination) {
            if try host.link(of: network.parent)?.index == route.linkIndex { return true }
        }
        return false
    }
}

/// Which links of a parent go.
struct Retirement {
    /// The links that no network needs any more.
    var unneeded: [OwnedLink] = []
    /// The steps for those that can be retired now.
    var steps: [Step] = []
    /// Those that are being removed already.
    var underWay: [LinkRemoval] = []
    /// The links on one of them that keep it.
    var users: [HostLink] = []
}
