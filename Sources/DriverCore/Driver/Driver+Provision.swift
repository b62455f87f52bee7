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
        do throws(DriverError) {
            // The link created last is the parent: the plan goes from the bottom up.
            guard let parent = links.created.last ?? plan.parent.map(links.current) else {
                throw .parentGone(parent: network.parent.linkName.text, network: network.id)
            }
            guard comparesRoutes || !links.created.isEmpty else { return Provision(parent: parent, done: links.done) }
            let (routes, isWaiting) = try provideRoutes(of: network, over: parent, host)
            return Provision(parent: parent, done: links.done + routes, hasWaitingRoutes: isWaiting)
        } catch {
            applier.undo(links.done)
            throw error
        }
    }

    /// Adds the missing host routes to a network's subnets.
    ///
    /// If the parent is down, they are added when it comes up.
    private mutating func provideRoutes(
        of network: Network, over parent: HostLink, _ host: HostView
    ) throws(DriverError) -> (done: [Step], isWaiting: Bool) {
        guard !network.hostRouteDestinations.isEmpty else { return ([], false) }
        guard parent.isUp else {
            notice(.hostRoutesWait(parent: parent.name))
            return ([], true)
        }
        let steps = try HostRoutePlanner(host: host, registry: registry).steps(for: network, over: parent)
        let outcome = try apply(steps, for: .call, host)
        if outcome.hasWaitingRoutes { notice(.hostRoutesWait(parent: parent.name)) }
        return (outcome.done, outcome.hasWaitingRoutes)
    }
}

/// The parent and routes of a network after `provide`.
struct Provision {
    let parent: HostLink
    /// The steps that were applied; a call that fails later undoes them.
    let done: [Step]
    /// Whether host routes must wait until the parent is up.
    var hasWaitingRoutes = false
}

extension Notice {
    fileprivate static func hostRoutesWait(parent: String) -> Notice {
        Notice(
            "link \"\(parent)\" is down; the host's routes to the network are added when it is up", about: .link(parent)
        )
    }
}
