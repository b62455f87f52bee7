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
        guard !network.hostRouteDestinations.isEmpty else { return ([], false) }
        guard parent.isUp else {
            notice(.hostRoutesWait(parent: parent.name))
            return ([], true)
        }
        let steps = try HostRoutePlanner(host: host, registry: registry).steps(
            for: network, over: parent, besides: served)
        let outcome: Outcome
        do throws(DriverError) {
            outcome = try apply(steps, for: .call, host)
        } catch {
            guard let reason = error.whyNoIPv6(on: parent, isNew: isNew) else { throw error }
            throw DriverError.noIPv6Route(for: network, reason)
        }
        if outcome.hasWaitingRoutes { notice(.hostRoutesWait(parent: parent.name)) }
        return (outcome.done, outcome.hasWaitingRoutes)
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
    fileprivate static func noIPv6Route(for network: Network, _ reason: String) -> DriverError {
        let subnets = network.hostRouteDestinations.filter { $0.family == .ipv6 }.map(\.description)
        return DriverError(
            "the host cannot have a route to \(subnets.joined(separator: ", ")): \(reason), or leave the IPv6 subnet out"
        )
    }
}

extension Notice {
    fileprivate static func hostRoutesWait(parent: String) -> Notice {
        Notice(
            "link \"\(parent)\" is down; swiftvlan will add the host routes to the network when it comes up",
            about: .link(parent))
    }
}
