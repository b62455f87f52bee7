import NetworkTypes

extension Driver {
    /// Creates whatever is missing of a network's parent and host routes; if a step fails, undoes the ones before it.
    ///
    /// Compares routes if `comparesRoutes` is set or a link had to be created.
    mutating func provide(
        _ network: Network, _ host: HostView, comparesRoutes: Bool = true
    ) throws(DriverError) -> Provision {
        let plan = try ParentPlanner(host: host, registry: registry).plan(for: network)
        if let obstacle = plan.obstacle { throw obstacle }
        let links = try apply(plan.steps, for: .call, host)
        var done = links.done
        do throws(DriverError) {
            // The link created last is the parent: the plan goes from the bottom up.
            guard let parent = links.created.last ?? plan.parent.map(links.current) else {
                throw .parentGone(parent: network.parent.linkName.text, network: network.id)
            }
            let isNew = !links.created.isEmpty
            let shim = try provideShim(of: network, on: parent, comparesContent: comparesRoutes || isNew, host)
            done += shim.done
            guard comparesRoutes || isNew || shim.isNew else {
                return Provision(parent: parent, done: done, shim: shim.link)
            }
            let (routes, isWaiting) = try provideRoutes(
                of: network, over: parent, besides: shim.served, isNew: isNew, host)
            return Provision(parent: parent, done: done + routes, shim: shim.link, hasWaitingRoutes: isWaiting)
        } catch {
            applier.undo(done)
            throw error
        }
    }

    /// Adds the missing host routes to a network's subnets.
    ///
    /// If the parent is down, they are added when it comes up.
    private mutating func provideRoutes(
        of network: Network, over parent: HostLink, besides served: Set<IPPrefix>, isNew: Bool, _ host: HostView
    ) throws(DriverError) -> (done: [Step], isWaiting: Bool) {
        guard !network.routedSubnets.isEmpty else { return ([], false) }
        guard parent.isUp else {
            notice(.hostRoutesWait(parent: parent.name))
            return ([], true)
        }
        let steps = try HostRoutePlanner(host: host, registry: registry).steps(
            to: network.routedSubnets, of: network, over: parent, besides: served)
        let outcome: Outcome
        do throws(DriverError) {
            outcome = try apply(steps, for: .call, host)
        } catch {
            guard let reason = error.whyNoIPv6(on: parent, isNew: isNew) else { throw error }
            throw DriverError.noIPv6Route(to: network.routedSubnets, reason)
        }
        if outcome.hasWaitingRoutes { notice(.hostRoutesWait(parent: parent.name)) }
        return (outcome.done, outcome.hasWaitingRoutes)
    }

    /// Adds the host routes to an endpoint that joins; returns the steps for the case that the call fails later.
    ///
    /// If it fails itself, it undoes the call's steps before. Reads the host's routes only if one is in the way: there
    /// may be thousands. A repeated Join changes nothing, unless the endpoint left.
    mutating func provideRoutes(
        to endpoint: Endpoint, in network: Network, over provision: Provision, undoing done: [Step], _ host: HostView
    ) throws(DriverError) -> [Step] {
        guard network.hostRoutes == .endpoints else { return [] }
        guard !endpoint.hasJoined || absentEndpoints.contains(endpoint.id) else { return [] }
        do throws(DriverError) {
            return try addRoutes(to: endpoint, in: network, over: provision, host)
        } catch {
            applier.undo(done)
            throw error
        }
    }

    private mutating func addRoutes(
        to endpoint: Endpoint, in network: Network, over provision: Provision, _ host: HostView
    ) throws(DriverError) -> [Step] {
        let parent = provision.parent
        let served = try servedByAccess(endpoint, in: network, provision, host)
        let planner = HostRoutePlanner(host: host, registry: registry, absent: absentEndpoints)
        let steps = try planner.joinSteps(for: endpoint, over: parent, besides: served)
        var outcome = Outcome()
        do throws(DriverError) {
            outcome = try apply(steps, for: .call, host)
            if !outcome.hasWaitingRoutes, outcome.done.count < steps.count {
                // A route that an earlier run left, over another link, is replaced. Those of others stay.
                let rest = try planner.steps(
                    to: endpoint.hostPrefixes, of: network, over: parent, besides: served)
                outcome.done += try apply(rest, for: .call, host).done
                for (destination, way) in try planner.ways(to: endpoint.hostPrefixes, besides: parent, served) {
                    notice(.routeInTheWay(to: destination, way, of: endpoint, over: parent.name))
                }
            }
        } catch {
            applier.undo(outcome.done)
            guard let reason = error.whyNoIPv6(on: parent) else { throw error }
            throw DriverError.noIPv6Route(to: endpoint.hostPrefixes, reason)
        }
        if outcome.hasWaitingRoutes { notice(.hostRoutesWait(parent: parent.name)) }
        return outcome.done
    }

    /// Returns the addresses of an endpoint that the host reaches over the parent's shim.
    private func servedByAccess(
        _ endpoint: Endpoint, in network: Network, _ provision: Provision, _ host: HostView
    ) throws(DriverError) -> Set<IPPrefix> {
        guard network.hostAccess != nil, provision.shim != nil else { return [] }
        let planner = accessPlanner(host)
        var served: Set<IPPrefix> = []
        for prefix in endpoint.hostPrefixes
        where try planner.source(prefix.family, of: network, on: provision.parent) != nil {
            served.insert(prefix)
        }
        return served
    }
}

/// The parent and routes of a network after `provide`.
struct Provision {
    let parent: HostLink
    /// The steps that were applied; a call that fails later undoes them.
    let done: [Step]
    /// The shim on the parent, if the network has host access.
    var shim: HostLink?
    /// Whether host routes must wait until the parent is up.
    var hasWaitingRoutes = false
}

extension DriverError {
    fileprivate static func noIPv6Route(to destinations: [IPPrefix], _ reason: String) -> DriverError {
        let list = destinations.filter { $0.family == .ipv6 }.map(\.description).joined(separator: ", ")
        return DriverError("the host cannot have a route to \(list): \(reason), or leave the IPv6 subnet out")
    }
}

extension Notice {
    /// Reports that the route of another program, or of another container, keeps out the one to an endpoint.
    fileprivate static func routeInTheWay(
        to destination: IPPrefix, _ way: String, of endpoint: Endpoint, over link: String
    ) -> Notice {
        // A route without a link and a next hop, such as an unreachable one, has no words for its way.
        let way = way.isEmpty ? "" : " (\(way))"
        return Notice(
            "the host already has another route to \(destination)\(way), so endpoint \(endpoint.id.short) gets none "
                + "over \"\(link)\"; remove the other route and run `swiftvlan reconcile`",
            .problem, about: .route(to: destination), in: endpoint.networkID)
    }

    fileprivate static func hostRoutesWait(parent: String) -> Notice {
        Notice(
            "link \"\(parent)\" is down; swiftvlan will add the host routes to the network when it comes up",
            about: .link(parent))
    }
}
