import NetworkTypes

extension Driver {
    /// Makes sure that a network's parent and host routes are there, with the steps that lead from what is read to what
    /// is wanted; when one fails, those before it are undone.
    ///
    /// Routes are compared where `comparesRoutes` says so, or when a link had to be created.
    mutating func provide(
        _ network: Network, _ host: HostView, comparesRoutes: Bool = true
    ) throws(DriverError) -> Provision {
        let plan = try ParentPlanner(host: host, registry: registry).plan(for: network)
        if let obstacle = plan.obstacle { throw obstacle }
        let links = try apply(plan.steps, for: .call, host)
        do throws(DriverError) {
            // What is created last is what the rest of the plan leads to.
            guard let parent = links.created.last ?? plan.parent.map(links.current) else {
                throw .parentGone(parent: network.parent.linkName.text, network: network.id)
            }
            guard comparesRoutes || !links.created.isEmpty else { return Provision(parent: parent, done: links.done) }
            let (routes, isWaiting) = try provideRoutes(
                of: network, over: parent, isNew: !links.created.isEmpty, host)
            return Provision(parent: parent, done: links.done + routes, hasWaitingRoutes: isWaiting)
        } catch {
            applier.undo(links.done)
            throw error
        }
    }

    /// Makes sure that the host has routes to a network's subnets, unless the parent is down: then they are added when
    /// it is up.
    private mutating func provideRoutes(
        of network: Network, over parent: HostLink, isNew: Bool, _ host: HostView
    ) throws(DriverError) -> (done: [Step], isWaiting: Bool) {
        guard !network.hostRouteDestinations.isEmpty else { return ([], false) }
        guard parent.isUp else {
            notice(.hostRoutesWait(parent: parent.name))
            return ([], true)
        }
        let steps = try HostRoutePlanner(host: host, registry: registry).steps(for: network, over: parent)
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

/// What a network has on the host after it was provided for.
struct Provision {
    let parent: HostLink
    /// The steps that were taken, which a call that fails later undoes.
    let done: [Step]
    /// Whether host routes have to wait until the parent is up.
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
