import RouteNetlink
import TestSupport

/// Kills the daemon at every step of a start that has something to repair and something to remove.
struct StartPoints: Scenario {
    static let name = "start-points"

    private static let leftVLAN = (name: "p0.4000", number: UInt16(4000))

    private let run: Run

    init(_ run: Run) {
        self.run = run
    }

    func perform(_ host: inout Host) throws -> String {
        var generator = SeededGenerator(seed: run.seed)
        let networks = run.kinds.enumerated().map { number, kind in
            NetworkPlan(id: generator.identifier(), kind: kind, number: number)
        }
        try run.daemon.start()
        let client = run.client()
        for network in networks { try client.succeed(.createNetwork(network)) }

        let count = try repairPoints(networks, &host)
        let distances = Array(1...max(1, count)).shuffled(using: &generator).prefix(run.extent.samples ?? count)
        let clock = ContinuousClock()
        let start = clock.now
        var (tried, killed) = (0, 0)
        for distance in distances {
            if try attempt(distance, networks, tried, &generator, &host) { killed += 1 }
            tried += 1
            guard (clock.now - start).seconds < run.extent.limit else { break }
        }
        let last = run.client()
        for network in networks { try last.succeed(.deleteNetwork(network)) }
        try run.comparison.require(.nothing, within: Self.orphanLimit, &host)
        try run.daemon.stop()
        return "\(tried) of \(count) points, killed at \(killed) of them"
    }

    /// Counts the fault points of a start with repairs.
    private func repairPoints(_ networks: [NetworkPlan], _ host: inout Host) throws -> Int {
        try run.daemon.kill()
        try breakLinks(of: networks, &host)
        let before = run.daemon.passages
        try run.daemon.start()
        try run.comparison.checkStart(expectation(networks), &host)
        return Int(run.daemon.passages - before)
    }

    private func expectation(_ networks: [NetworkPlan]) -> Expectation {
        Expectation(networks: Dictionary(uniqueKeysWithValues: networks.map { ($0.id, $0) }))
    }

    /// Takes away what the daemon has made, and leaves what nobody wants.
    private func breakLinks(of networks: [NetworkPlan], _ host: inout Host) throws {
        for network in networks {
            if let lowest = network.ownLinks.first { try host.delete(lowest.name) }
        }
        for route in try host.ownRoutes() { try host.client.remove(route) }
        guard run.kinds.contains(.vlan) else { return }
        try host.makeVLAN(Self.leftVLAN.name, on: "p0", number: Self.leftVLAN.number, alias: "swiftvlan vlan")
    }

    /// Kills the daemon at a point of its start; the start after that must do all that is left to do.
    private func attempt(
        _ distance: Int, _ networks: [NetworkPlan], _ number: Int, _ generator: inout SeededGenerator,
        _ host: inout Host
    ) throws -> Bool {
        // What the run before had to remove must not stand in the way.
        try run.comparison.require(expectation(networks), within: Self.orphanLimit, &host)
        try run.daemon.kill()
        try breakLinks(of: networks, &host)
        run.daemon.log.note("to be killed at point \(distance) of a start with repairs")
        let isKilled = try Recovery(run).start(armedAt: distance)
        try run.comparison.checkStart(expectation(networks), &host)
        try use(networks[number % networks.count], &generator, &host)
        return isKilled
    }

    /// Starts and stops a container.
    private func use(_ network: NetworkPlan, _ generator: inout SeededGenerator, _ host: inout Host) throws {
        let endpoint = EndpointPlan(id: generator.identifier(), network: network, host: 9)
        let client = run.client()
        try client.succeed(.createEndpoint(endpoint))
        try client.succeed(.join(endpoint))
        let container = try Container(endpoint, &host)
        guard try container.hasLink() else { throw ChaosError("a container of \(network) has no link") }
        try client.succeed(.leave(endpoint))
        try container.returnLink()
        try client.succeed(.deleteEndpoint(endpoint))
    }
}
