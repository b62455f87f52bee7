import RouteNetlink
import TestSupport

/// Kills the daemon at every fault point of a start that repairs links and removes an orphan.
struct StartPoints: Scenario {
    static let name = "start-points"

    private static let orphanVLAN = (name: "p0.4000", number: UInt16(4000))

    let run: Run

    func perform(_ host: inout Host) throws -> String {
        var generator = SeededGenerator(seed: run.seed)
        try run.daemon.start()
        let networks = try run.createNetworks(of: run.kinds, &generator)

        let count = try repairPoints(networks, &host)
        guard count > 0 else { throw ChaosError("the daemon is no debug build: it passed no fault points") }
        let summary = try run.attempts(at: (1...count).shuffled(using: &generator)) { distance, number in
            try attempt(distance, networks, number, &generator, &host)
        }
        try finish(deleting: networks, &host)
        return summary
    }

    /// Counts the fault points of a start with repairs.
    private func repairPoints(_ networks: [NetworkPlan], _ host: inout Host) throws -> Int {
        try run.daemon.kill()
        try breakLinks(of: networks, &host)
        let before = run.daemon.passages
        try run.daemon.start()
        try run.comparison.checkStart(Expectation(networks), &host)
        return Int(run.daemon.passages - before)
    }

    /// Deletes links and routes of the daemon, and adds an orphan.
    private func breakLinks(of networks: [NetworkPlan], _ host: inout Host) throws {
        for network in networks {
            if let lowest = network.ownLinks.first { try host.delete(lowest.name) }
            if let shim = network.shimName { try host.delete(shim) }
        }
        for route in try host.ownRoutes() { try host.client.remove(route) }
        guard run.kinds.contains(.vlan) else { return }
        try host.makeVLAN(Self.orphanVLAN.name, on: "p0", number: Self.orphanVLAN.number, alias: "swiftvlan vlan")
    }

    /// Kills the daemon at a point of its start. The next start must complete the work.
    private func attempt(
        _ distance: Int, _ networks: [NetworkPlan], _ number: Int, _ generator: inout SeededGenerator,
        _ host: inout Host
    ) throws -> Bool {
        // Orphans of the previous attempt must be removed first.
        try run.comparison.require(Expectation(networks), within: Self.orphanLimit, &host)
        try run.daemon.kill()
        try breakLinks(of: networks, &host)
        run.daemon.log.note("the daemon will be killed at fault point \(distance) of a start with repairs")
        let isKilled = try Recovery(run: run).start(armedAt: distance)
        try run.comparison.checkStart(Expectation(networks), &host)
        try run.client().runContainer(in: networks[number % networks.count], &generator, &host)
        return isKilled
    }
}
