/// What has been repaired since the driver's start.
package struct RepairCounts: Hashable, Sendable {
    /// VLAN links and isolated parents that were created again.
    package var linksCreated = 0
    /// How often that was tried, whatever came of it.
    package var attempts = 0
    /// Those that somebody brought down, and that were set up again.
    package var linksSetUp = 0
    /// VLAN links that were given their parent's MTU again.
    package var mtusRaised = 0
    /// Routes of the host's that were added again.
    package var routesAdded = 0
    /// Links and routes of this program's that no record accounted for, and that were removed.
    package var orphansRemoved = 0
    /// Endpoints whose containers went without a call.
    package var endpointsForgotten = 0
    /// Times that a network's parent went away.
    package var parentsLost = 0
    /// Times that it came back.
    package var parentsFound = 0

    package init() {}

    /// Everything that the host was changed for.
    package var total: Int {
        linksCreated + linksSetUp + mtusRaised + routesAdded + orphansRemoved + endpointsForgotten
    }
}

extension RepairCounts: CustomStringConvertible {
    /// What there was, for the log: `2 links created, 1 routes added`; empty where nothing was.
    package var description: String {
        let counts = [
            (linksCreated, "links created"), (linksSetUp, "links set up"), (mtusRaised, "MTUs raised"),
            (routesAdded, "routes added"), (orphansRemoved, "orphans removed"),
            (endpointsForgotten, "endpoints forgotten"), (parentsLost, "times a parent lost"),
            (parentsFound, "times found again"),
        ]
        return counts.filter { $0.0 > 0 }.map { "\($0) \($1)" }.joined(separator: ", ")
    }
}
