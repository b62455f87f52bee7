import NetworkTypes

// Forgetting records, and retiring what belonged to them. The latter never fails: what the kernel does not remove now is
// pending and tried again.

extension Driver {
    /// Whether something waits to be removed; `retryPendingRemovals` tries it again.
    package var hasPendingRemovals: Bool { !applier.pendingRemovals.isEmpty }

    /// Tries once more to remove what could not be removed before. Calls do this first, but for `join`, which is to be
    /// quick.
    package mutating func retryPendingRemovals() {
        for pending in applier.pendingRemovals {
            switch pending {
            case .hostRoute(let route): retry(route)
            case .link(let link): retry(link)
            case .surroundings(let network): _ = removeSurroundings(of: network)
            case .network(let id): _ = try? forget(id)
            case .endpoint(let id): _ = try? forget(id)
            }
        }
    }

    private mutating func retry(_ route: HostRoute) {
        guard let isNeeded = try? RemovalPlanner(host: HostView(reader), registry: registry).isNeeded(route) else {
            return
        }
        if isNeeded { applier.cancel(.hostRoute(route)) } else { _ = applier.remove([.removeRoute(route)]) }
    }

    private mutating func retry(_ link: OwnedLink) {
        guard case .endpoint(let id) = link.owner else {
            _ = retireParents([link])
            return
        }
        if registry.endpoints[id] != nil { applier.cancel(.link(link)) } else { _ = applier.remove([.retire(link)]) }
    }

    /// Runs a call that creates what was to be removed as soon as possible; when it fails, that is still to be removed.
    mutating func withoutPendingRemoval<Result>(
        _ removal: PendingRemoval, _ call: (inout Self) throws(DriverError) -> Result
    ) throws(DriverError) -> Result {
        let wasPending = applier.cancel(removal)
        do throws(DriverError) {
            return try call(&self)
        } catch {
            if wasPending { applier.postpone(removal, because: nil) }
            throw error
        }
    }

    /// Retires the links that a run left when it was killed in the middle of a change; returns their number. To be called
    /// before the first link is created.
    package func retireUnfinishedLinks() throws(DriverError) -> Int { try applier.retireUnfinishedLinks() }

    // MARK: Networks

    /// Forgets a network with its endpoints, and removes what it had on the host for itself.
    mutating func forget(_ id: NetworkID) throws(DriverError) -> [LinkRemoval] {
        do throws(DriverError) {
            var removals = try forgetEndpoints(of: id)
            if let network = try registry.forget(id) {
                removals += removeSurroundings(of: network)
            } else if let name = LinkNames.isolatedParent(id) {
                // One whose record cannot be read or was lost may still have left its isolated parent.
                removals += retireParents([OwnedLink(name: name, owner: .isolatedParent(id))])
            }
            states.forget(id)
            applier.cancel(.network(id))
            return removals
        } catch {
            applier.postpone(.network(id), because: error.message)
            throw error
        }
    }

    mutating func forgetEndpoints(of id: NetworkID) throws(DriverError) -> [LinkRemoval] {
        var removals: [LinkRemoval] = []
        for endpoint in registry.endpoints(of: id) {
            if let removal = try forget(endpoint.id) { removals.append(removal) }
        }
        return removals
    }

    /// Removes what a network that is not known any more, or known otherwise, had on the host for itself.
    mutating func removeSurroundings(of network: Network) -> [LinkRemoval] {
        do throws(DriverError) {
            let planner = RemovalPlanner(host: HostView(reader), registry: registry)
            let retirement = try planner.retirement(of: network)
            let routes = try planner.routeSteps(of: network)
            applier.cancel(.surroundings(network))
            _ = applier.remove(routes)
            return retire(retirement)
        } catch {
            applier.postpone(.surroundings(network), because: error.message)
            return []
        }
    }

    /// Retires links of a parent, from the uppermost down, as far as nobody needs them.
    mutating func retireParents(_ links: [OwnedLink], evenIfNeeded: Bool = false) -> [LinkRemoval] {
        do throws(DriverError) {
            let planner = RemovalPlanner(host: HostView(reader), registry: registry)
            let retirement = try planner.retirement(of: links, evenIfNeeded: evenIfNeeded)
            for link in links where !retirement.unneeded.contains(link) { applier.cancel(.link(link)) }
            return retire(retirement)
        } catch {
            postpone(links, because: error.message)
            return []
        }
    }

    private mutating func retire(_ retirement: Retirement) -> [LinkRemoval] {
        let removals = applier.remove(retirement.steps)
        // Those that others hold are retired with these, where they are pending, or as orphans when they have gone.
        let isHeldByPending = retirement.users.contains(where: isPending)
        let tried = retirement.steps.compactMap(\.pendingRemoval)
        for link in retirement.unneeded where !tried.contains(.link(link)) {
            if isHeldByPending { applier.postpone(.link(link), because: nil) } else { applier.cancel(.link(link)) }
        }
        return retirement.underWay + removals
    }

    private mutating func postpone(_ links: [OwnedLink], because message: String?) {
        for (place, link) in links.enumerated() { applier.postpone(.link(link), because: place == 0 ? message : nil) }
    }

    /// Whether a link is to be removed later, so that what it is on has to be too.
    private func isPending(_ link: HostLink) -> Bool {
        link.owned.map { applier.pendingRemovals.contains(.link($0)) } ?? false
    }

    // MARK: Endpoints

    /// Forgets an endpoint that is gone for certain: when its record cannot be removed now, it will be later.
    mutating func forget(_ id: EndpointID) throws(DriverError) -> LinkRemoval? {
        do throws(DriverError) {
            let removal = try forgetIfPossible(id)
            applier.cancel(.endpoint(id))
            return removal
        } catch {
            applier.postpone(.endpoint(id), because: error.message)
            throw error
        }
    }

    /// Forgets an endpoint and retires its link; one whose record cannot be removed is kept.
    mutating func forgetIfPossible(_ id: EndpointID) throws(DriverError) -> LinkRemoval? {
        let endpoint = try registry.forget(id)
        guard let name = LinkNames.endpoint(id) else { return nil }
        let link = OwnedLink(name: name, owner: .endpoint(id))
        if let removal = applier.remove([.retire(link)]).first { return removal }
        guard !applier.pendingRemovals.contains(.link(link)) else { return nil }
        // Who has CAP_NET_ADMIN in a container can change the alias there.
        if let link = try? HostView(reader).link(named: name), link.isAlive {
            notice(.linkStays(link: name.text, endpoint: id))
        }
        // It may be about to die with its container's namespace.
        if let endpoint, let network = registry.networks[endpoint.networkID] {
            suspects.add(endpoint, on: network.parent)
        }
        return nil
    }
}

extension Notice {
    /// The link that should have been an endpoint's has another alias.
    fileprivate static func linkStays(link: String, endpoint: EndpointID) -> Notice {
        Notice(
            "link \"\(link)\" is kept: it has the name of endpoint \(endpoint.short)'s link, but not its alias; if no "
                + "other program uses it, run `ip link delete \(link)`",
            .problem, about: .link(link))
    }
}
