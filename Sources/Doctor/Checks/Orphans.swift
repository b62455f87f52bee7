import ControlAPI

/// Finds links and routes that carry swiftvlan's mark and belong to no network.
///
/// The daemon removes them when it reconciles, so that they stay only while it does not run, or cannot remove them.
struct Orphans: Check {
    let name = "orphan"

    func examine(_ facts: DoctorFacts) -> CheckResult {
        // A record that cannot be read may own what seems to be an orphan.
        guard facts.status.unreadable.isEmpty else {
            return .notChecked("links and routes were not compared with the networks: some records cannot be read")
        }
        let known = Set(
            facts.status.networks.flatMap { $0.hostRoutes + ($0.hostAccess?.routes ?? []) }.map(\.destination))
        let routes = (facts.ownRoutes ?? []).filter { !known.contains($0.destination) && !isToHost($0, facts.status) }
        let isRunning = facts.daemonError == nil
        let links = facts.links.all.filter { isOrphan($0, facts.status) }.map { link in
            finding("the link \(link.name)", link.name, "ip link delete \(link.name)", isRunning)
        }
        return CheckResult(
            links
                + routes.map { route in
                    let command = "ip route delete \(route.destination) proto 118"
                    return finding("the route to \(route.destination)", route.destination, command, isRunning)
                })
    }

    /// Whether an alias of swiftvlan names an owner that is gone.
    private func isOrphan(_ link: HostLink, _ status: StatusDocument) -> Bool {
        guard let words = link.alias?.split(separator: " ").map(String.init), words.first == "swiftvlan" else {
            return false
        }
        switch (words.dropFirst().first, words.count) {
        case ("endpoint", 3): return !status.networks.contains { $0.endpoints.contains { $0.id == words[2] } }
        case ("isolated", 3): return !status.networks.contains { $0.id == words[2] }
        case ("vlan", 2), ("shim", 2): return !status.links.contains { $0.name == link.name }
        // The daemon removes a retired link soon, in the background.
        default: return false
        }
    }

    /// Whether a route leads to a container of a network with host access: there may be one for each.
    private func isToHost(_ route: HostRouteDocument, _ status: StatusDocument) -> Bool {
        let address = route.destination.prefix { $0 != "/" }
        return status.networks.contains { network in
            network.hostAccess != nil
                && network.endpoints.contains { $0.addresses.contains { $0.prefix { $0 != "/" } == address } }
        }
    }

    private func finding(_ thing: String, _ subject: String, _ command: String, _ isRunning: Bool) -> Finding {
        Finding(
            .warning, name, subject: subject,
            what: "\(thing) is marked as swiftvlan's, but belongs to no network",
            why: "it may occupy an address, a MAC address or a VLAN",
            remedy: isRunning
                ? "run: swiftvlan reconcile; if it stays: \(command)"
                : "start the daemon, which removes it: systemctl start swiftvlan")
    }
}
