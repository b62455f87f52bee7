import NetworkTypes

// Forgets records and retires their links. Retiring never fails: a link that the kernel does not remove now is a
// pending removal.

extension Driver {
    /// Whether there are pending removals; `retryPendingRemovals` retries them.
    package var hasPendingRemovals: Bool { !applier.pendingRemovals.isEmpty }

    /// The number of pending removals.
    package var pendingRemovalCount: Int { applier.pendingRemovals.count }

    /// Retries the pending removals.
    ///
    /// Every call does this first, except `join`, which must be fast.
    package mutating func retryPendingRemovals() {
        for pending in applier.pendingRemovals {
            switch pending {
            case .hostRoute(let route): retry(route)
            case .neighbor(let neighbor): retry(neighbor)
            case .shimContent(let index): retryContent(of: index)
            case .access(let endpoint, let network): removeAccess(to: endpoint, in: network, HostView(reader))
            case .link(let link): retry(link)
            case .surroundings(let network): _ = removeSurroundings(of: network)
            case .network(let id): _ = try? forget(id)
            case .endpoint(let id): _ = try? forget(id)
            }
        }
    }

    private mutating func retry(_ route: HostRoute) {
        let planner = RemovalPlanner(host: HostView(reader), registry: registry, absent: absentEndpoints)
        guard let isNeeded = try? planner.isNeeded(route) else { return }
        if isNeeded { applier.cancel(.hostRoute(route)) } else { _ = applier.remove([.removeRoute(route)]) }
    }

    private mutating func retry(_ link: OwnedLink) {
        if link.owner == .shim { return retryShim(link) }
        guard case .endpoint(let id) = link.owner else {
            _ = retireParents([link])
            return
        }
        if registry.endpoints[id] != nil { applier.cancel(.link(link)) } else { _ = applier.remove([.retire(link)]) }
    }

    /// Runs a call that recreates an object whose removal is pending; if the call fails, the removal stays pending.
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

    /// Retires the links that a killed run left unfinished; returns their number.
    ///
    /// Must be called before the first link is created.
    package func retireUnfinishedLinks() throws(DriverError) -> Int { try applier.retireUnfinishedLinks() }

    // MARK: Networks

    /// Forgets a network and its endpoints, and removes its own links and routes from the host.
    mutating func forget(_ id: NetworkID) throws(DriverError) -> [LinkRemoval] {
        do throws(DriverError) {
            var removals = try forgetEndpoints(of: id)
            if let network = try registry.forget(id) {
                removals += removeSurroundings(of: network)
            } else if let name = LinkNames.isolatedParent(id) {
                // A network whose record is lost or unreadable may have left its isolated parent.
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

    /// Removes the links and routes of a network that was forgotten or replaced.
    mutating func removeSurroundings(of network: Network) -> [LinkRemoval] {
        do throws(DriverError) {
            let planner = RemovalPlanner(host: HostView(reader), registry: registry)
            let retirement = try planner.retirement(of: network)
            let routes = try planner.routeSteps(of: network)
            let shim = try accessPlanner(HostView(reader)).removalSteps(of: network)
            applier.cancel(.surroundings(network))
            let removals = applier.remove(routes + shim.filter { !retirement.steps.contains($0) })
            return removals + retire(retirement)
        } catch {
            applier.postpone(.surroundings(network), because: error.message)
            return []
        }
    }

    /// Retires the links of a parent, from the top down, as long as nothing needs them.
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
        // A link that still carries other links is retired with them if their removal is pending, or later as an
        // orphan.
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

    /// Whether a link's removal is pending, so that the links below it must be removed later too.
    private func isPending(_ link: HostLink) -> Bool {
        link.owned.map { applier.pendingRemovals.contains(.link($0)) } ?? false
    }

    // MARK: Endpoints

    /// Forgets an endpoint that is certainly gone; if its record cannot be removed now, the removal is pending.
    mutating func forget(_ id: EndpointID) throws(DriverError) -> LinkRemoval? {
        do throws(DriverError) {
            let removal = try forgetIfPossible(id, HostView(reader))
            applier.cancel(.endpoint(id))
            return removal
        } catch {
            applier.postpone(.endpoint(id), because: error.message)
            throw error
        }
    }

    /// Forgets an endpoint and retires its link; keeps the endpoint if its record cannot be removed.
    mutating func forgetIfPossible(_ id: EndpointID, _ host: HostView) throws(DriverError) -> LinkRemoval? {
        let endpoint = try registry.forget(id)
        if let endpoint, let network = registry.networks[endpoint.networkID] {
            removeAccess(to: endpoint, in: network, host)
        }
        access.departed.remove(id)
        orphans.removeMissing(id)
        lan.withdraw(id)
        guard let name = LinkNames.endpoint(id) else { return nil }
        let link = OwnedLink(name: name, owner: .endpoint(id))
        if let removal = applier.remove([.retire(link)]).first { return removal }
        guard !applier.pendingRemovals.contains(.link(link)) else { return nil }
        // A process with CAP_NET_ADMIN in the container can change the alias there.
        if let link = try? HostView(reader).link(named: name), link.isAlive {
            notice(.linkStays(link: name.text, endpoint: id))
        }
        // The link may be about to die with its container's namespace.
        if let endpoint, let network = registry.networks[endpoint.networkID] {
            suspects.add(endpoint, on: network.parent)
        }
        return nil
    }
}

extension Notice {
    /// Reports that the endpoint's link has another alias, so that it was not removed.
    fileprivate static func linkStays(link: String, endpoint: EndpointID) -> Notice {
        Notice(
            "link \"\(link)\" is kept: it has the name of endpoint \(endpoint.short)'s link, but not its alias; if no "
                + "other program uses it, run `ip link delete \(link)`",
            .problem, about: .link(link))
    }
}
