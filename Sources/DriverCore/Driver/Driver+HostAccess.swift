import NetworkTypes

// The host's access to containers: created with networks and endpoints, removed with them.

extension Driver {
    /// Removes the host's routes to an endpoint whose container stops, and ends the host's access to it.
    ///
    /// Its record and its link stay until the engine deletes it. Never fails: what cannot be removed now is pending.
    package mutating func leave(_ id: EndpointID, network networkID: NetworkID) {
        guard let endpoint = registry.endpoints[id], endpoint.networkID == networkID,
            let network = registry.networks[networkID]
        else { return }
        access.departed.insert(id)
        lan.withdraw(id)
        removeAccess(to: endpoint, in: network, HostView(reader))
    }

    func accessPlanner(_ host: HostView) -> HostAccessPlanner {
        HostAccessPlanner(host: host, registry: registry, absent: access.departed)
    }

    /// Creates a network's shim if it is missing; with `comparesContent`, or if it is new, adds what it lacks.
    mutating func provideShim(
        of network: Network, on parent: HostLink, comparesContent: Bool, _ host: HostView
    ) throws(DriverError) -> ProvidedShim {
        guard network.hostAccess != nil else {
            // Needed only to compare routes, which costs two lists of them.
            return ProvidedShim(served: comparesContent ? try servedForOthers(than: network, on: parent, host) : [])
        }
        let planner = accessPlanner(host)
        let known = try host.shim(on: parent)
        if let known, !comparesContent { return ProvidedShim(link: known) }
        guard let plan = try planner.plan(on: parent, with: network) else { return ProvidedShim() }
        let links = try apply(try planner.linkSteps(plan), for: .call, host)
        do throws(DriverError) {
            guard let shim = links.created.last ?? known.map(links.current) else { return ProvidedShim() }
            let content = try apply(try planner.contentSteps(plan, on: shim).additions, for: .call, host)
            return ProvidedShim(
                link: shim, isNew: !links.created.isEmpty, served: try served(plan, over: shim, host),
                done: links.done + content.done)
        } catch {
            applier.undo(links.done)
            throw error
        }
    }

    /// Returns the destinations of a network without host access that the host reaches over its parent's shim, because
    /// other networks have the same subnets.
    private func servedForOthers(
        than network: Network, on parent: HostLink, _ host: HostView
    ) throws(DriverError) -> Set<IPPrefix> {
        guard !network.routedSubnets.isEmpty,
            registry.networks.values.contains(where: { $0.hostAccess != nil }),
            let plan = try accessPlanner(host).plan(on: parent, with: network), let shim = try host.shim(on: parent)
        else { return [] }
        return try served(plan, over: shim, host)
    }

    /// Returns the destinations that the host now reaches over a shim.
    func served(_ plan: ShimPlan, over shim: HostLink, _ host: HostView) throws(DriverError) -> Set<IPPrefix> {
        var found: Set<IPPrefix> = []
        for destination in plan.ways.keys {
            let own = try host.ownRoutes(to: destination, in: .main)
            if own.contains(where: { $0.linkIndex == shim.index }) { found.insert(destination) }
        }
        return found
    }

    /// Gives the host access to an endpoint that joins; returns the steps for the case that the call fails later.
    ///
    /// If it fails itself, it undoes the call's steps before. A repeated Join changes nothing, unless the endpoint left.
    mutating func provideAccess(
        to endpoint: Endpoint, in network: Network, _ provision: Provision, undoing done: [Step], _ host: HostView
    ) throws(DriverError) -> [Step] {
        guard let shim = provision.shim else { return [] }
        guard !endpoint.hasJoined || access.departed.contains(endpoint.id) else { return [] }
        do throws(DriverError) {
            let steps = try accessPlanner(host).joinSteps(
                of: endpoint, in: network, on: provision.parent, over: shim)
            return try apply(steps, for: .call, host).done
        } catch {
            // The link of an endpoint that joined before is not new.
            if !endpoint.hasJoined { applier.undo(done) }
            throw error
        }
    }

    /// Remembers the families that the host cannot reach, of which the notices about a new network inform.
    mutating func noteUnserved(on parent: HostLink, _ host: HostView) {
        guard let plan = try? accessPlanner(host).plan(on: parent) else { return }
        access.unserved.formUnion(plan.unserved)
    }

    /// Retires a shim that no network needs any more and that keeps a new network off its parent.
    mutating func retireStale(_ shim: HostLink) throws(DriverError) {
        guard let owned = shim.owned else { return }
        if let removal = applier.remove([.retire(owned, seen: shim)]).first { throw .linkBeingRemoved(removal) }
    }

    // MARK: Removals (never fail)

    /// Removes the host's routes to an endpoint that is not in a container any more.
    mutating func removeAccess(to endpoint: Endpoint, in network: Network, _ host: HostView) {
        guard network.routesEachEndpoint, endpoint.hasJoined else { return }
        let pending = PendingRemoval.access(endpoint, network)
        if let known = registry.endpoints[endpoint.id], !access.departed.contains(known.id) {
            applier.cancel(pending)
            return
        }
        do throws(DriverError) {
            let routes = try RemovalPlanner(host: host, registry: registry, absent: absentEndpoints)
                .routeSteps(of: endpoint, in: network)
            let steps = try routes + accessPlanner(host).removalSteps(of: endpoint, in: network)
            applier.cancel(pending)
            _ = applier.remove(steps)
        } catch {
            applier.postpone(pending, because: error.message)
        }
    }

    mutating func retry(_ neighbor: HostNeighbor) {
        let planner = accessPlanner(HostView(reader))
        guard let isNeeded = try? planner.isNeeded(IPPrefix(host: neighbor.address), over: neighbor.linkIndex) else {
            return
        }
        if isNeeded { applier.cancel(.neighbor(neighbor)) } else { _ = applier.remove([.removeNeighbor(neighbor)]) }
    }

    /// Removes what a shim has too much.
    mutating func retryContent(of index: InterfaceIndex) {
        let host = HostView(reader)
        do throws(DriverError) {
            var steps: [Step] = []
            if let shim = try host.link(at: index), shim.owner == .shim, let lower = shim.lowerIndex,
                let parent = try host.link(at: lower), let plan = try accessPlanner(host).plan(on: parent)
            {
                let content = try accessPlanner(host).contentSteps(plan, on: shim)
                steps = content.additions.filter(\.isOfFilter) + content.removals
            }
            applier.cancel(.shimContent(index))
            _ = applier.remove(steps)
        } catch {
            // The host could not be read, so the removal stays pending.
        }
    }

    mutating func retryShim(_ link: OwnedLink) {
        let host = HostView(reader)
        do throws(DriverError) {
            if let found = try host.link(named: link.name), try accessPlanner(host).isNeeded(found) {
                applier.cancel(.link(link))
            } else {
                _ = applier.remove([.retire(link)])
            }
        } catch {
            // The host could not be read, so the removal stays pending.
        }
    }
}

extension Step {
    fileprivate var isOfFilter: Bool { if case .setSources = self { true } else { false } }
}

/// The shim of a network after `provideShim`.
struct ProvidedShim {
    /// Nil if the network has no host access.
    var link: HostLink?
    var isNew = false
    /// The destinations that the host reaches over it.
    var served: Set<IPPrefix> = []
    /// The steps that were applied; a call that fails later undoes them.
    var done: [Step] = []
}
