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
        let owners = Owners(facts.status)
        let isRunning = facts.daemonError == nil
        // The report has no shims, VLAN links and routes of a network whose parent is missing or cannot be used.
        let unready = facts.status.networks.filter { $0.state.name != .ok }
        let lost = facts.links.all.filter { owners.lack($0) }
        let lostRoutes = (facts.ownRoutes ?? []).filter { owners.lack($0) }
        let withheld =
            unready.isEmpty
            ? [] : lost.filter { !$0.namesOwner }.map(\.name) + lostRoutes.map { $0.destination + $0.place }
        let links = lost.filter { unready.isEmpty || $0.namesOwner }.map { link in
            finding("the link \(link.name)", link.name, "ip link delete \(link.name)", isRunning)
        }
        let routes = (unready.isEmpty ? lostRoutes : []).map { route in
            let table = route.vrf.map { " vrf \($0)" } ?? route.table.map { " table \($0)" } ?? ""
            let command = "ip route delete \(route.destination)\(table) proto 118"
            return finding(
                "the route to \(route.destination)\(route.place)", route.destination, command, isRunning)
        }
        return CheckResult(links + routes, notChecked: withheld.isEmpty ? [] : [waiting(withheld, unready)])
    }

    private func waiting(_ things: [String], _ networks: [NetworkDocument]) -> NotChecked {
        NotChecked(
            "\(things.joined(separator: ", ")) may belong to \(LinkUse.list(networks)), whose containers cannot be "
                + "started now", networks: networks)
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

extension HostLink {
    /// Whether swiftvlan's alias names the endpoint or network that the link belongs to.
    fileprivate var namesOwner: Bool {
        let kind = alias?.split(separator: " ").dropFirst().first
        return kind == "endpoint" || kind == "isolated"
    }
}

/// What links and routes of swiftvlan belong to.
private struct Owners {
    private let networks: Set<String>
    private let endpoints: Set<String>
    private let links: Set<String>
    /// The destinations of routes, and the addresses of containers to which there may be one.
    private let destinations: Set<Destination>

    /// A destination, without the length of a single address, and the number of its routing table.
    private struct Destination: Hashable {
        let text: String
        let table: UInt32?

        init(_ route: HostRouteDocument) {
            let isAddress = ["/32", "/128"].contains { route.destination.hasSuffix($0) }
            text = isAddress ? Self.address(route.destination) : route.destination
            table = route.table
        }

        /// Creates the destination for a container's address, which the host reaches by its main table.
        init(address: String) { (text, table) = (Self.address(address), nil) }

        private static func address(_ prefix: String) -> String { String(prefix.prefix { $0 != "/" }) }
    }

    init(_ status: StatusDocument) {
        networks = Set(status.networks.map(\.id))
        endpoints = Set(status.networks.flatMap { $0.endpoints.map(\.id) })
        links = Set(status.links.map(\.name))
        let routes = status.networks.flatMap { $0.hostRoutes + ($0.hostAccess?.routes ?? []) }
        // With host access, each container may have a route.
        let containers = status.networks.filter { $0.hostAccess != nil }
            .flatMap { $0.endpoints.flatMap(\.addresses) }
        destinations = Set(routes.map { Destination($0) } + containers.map { Destination(address: $0) })
    }

    /// Whether an alias of swiftvlan names an owner that is gone.
    func lack(_ link: HostLink) -> Bool {
        guard let words = link.alias?.split(separator: " ").map(String.init), words.first == "swiftvlan" else {
            return false
        }
        switch (words.dropFirst().first, words.count) {
        case ("endpoint", 3): return !endpoints.contains(words[2])
        case ("isolated", 3): return !networks.contains(words[2])
        case ("vlan", 2), ("shim", 2): return !links.contains(link.name)
        // The daemon removes a retired link soon, in the background.
        default: return false
        }
    }

    /// Whether no network has a route.
    func lack(_ route: HostRouteDocument) -> Bool { !destinations.contains(Destination(route)) }
}
