/// What steps have done.
struct Outcome {
    /// The steps that changed something, in their order.
    var done: [Step] = []
    var created: [HostLink] = []
    /// Links that were set up, or given another MTU or way to their address, as they are now.
    var changed: [HostLink] = []
    var addedRoutes: [HostRoute] = []
    var removedRoutes: [HostRoute] = []
    /// Whether a route has to wait until its link is up.
    var hasWaitingRoutes = false
    /// Whether a step was refused that is worth trying again.
    var isUnfinished = false
}

extension Outcome {
    /// A link as it is after the steps so far.
    func current(_ link: HostLink) -> HostLink { changed.last { $0.index == link.index } ?? link }
}
