import NetworkTypes

/// The result of applying steps.
struct Outcome {
    /// The steps that changed something, in order.
    var done: [Step] = []
    var created: [HostLink] = []
    /// The changed links in their new state: set up, or with another MTU or address generation.
    var changed: [HostLink] = []
    var addedRoutes: [HostRoute] = []
    var removedRoutes: [HostRoute] = []
    /// The routes that took the place of another of ours, or had none before.
    var replacedRoutes: [HostRoute] = []
    /// The addresses whose neighbor entries were refused: without one, the host would ask on the LAN.
    var refusedNeighbors: Set<IPAddress> = []
    /// The number of changed addresses, neighbors and filters of shims.
    var shimChanges = 0
    /// Whether a route must wait until its link is up.
    var hasWaitingRoutes = false
    /// Whether a step was refused that is worth retrying.
    var isUnfinished = false
}

extension Outcome {
    /// Whether no route changed.
    var leavesRoutes: Bool { addedRoutes.isEmpty && removedRoutes.isEmpty && replacedRoutes.isEmpty }

    /// Returns a link in its state after the steps so far.
    func current(_ link: HostLink) -> HostLink { changed.last { $0.index == link.index } ?? link }
}
