import RouteNetlink
import TestSupport

/// Damages shims and their addresses, routes, neighbors and filters while containers run, with and without kills of the
/// daemon.
struct HostAccess: Scenario {
    static let name = "host-access"

    private static let containersPerNetwork = 2
    /// The highest fault point of a start with repairs at which the daemon is killed.
    private static let farthest = 60

    /// A damage of a network's shim, and the fault point of the start at which the daemon is killed; nil if it runs on.
    private struct Case {
        let kind: NetworkKind
        let damage: ShimDamage
        let distance: Int?
    }

    let run: Run

    func perform(_ host: inout Host) throws -> String {
        let kinds = run.kinds.filter(\.hasHostAccess)
        guard !kinds.isEmpty else { return "not run: this kernel has no links with host access" }
        var generator = SeededGenerator(seed: run.seed)
        try run.daemon.start()
        let client = run.client()
        var networks = try run.createNetworks(of: kinds + kinds, &generator)
        var containers: [Container] = []
        for network in networks {
            for number in 0..<Self.containersPerNetwork {
                containers.append(try client.startContainer(in: network, address: 5 + number, &generator, &host))
            }
        }
        try run.comparison.require(expectation(networks, containers), within: 0, of: [.missing], &host)
        let summary = try hitAll(kinds, networks, containers, &generator, &host)
        try endContainers(&containers, networks, &generator, &host)
        // The shim goes with the last network.
        while let network = networks.popLast() {
            try run.client().succeed(.deleteNetwork(network))
            try run.comparison.require(Expectation(networks), within: Self.orphanLimit, &host)
        }
        try finish(&host)
        return summary
    }

    /// Does every damage to every kind's shim, with the daemon running and with kills.
    private func hitAll(
        _ kinds: [NetworkKind], _ networks: [NetworkPlan], _ containers: [Container],
        _ generator: inout SeededGenerator, _ host: inout Host
    ) throws -> String {
        var cases = kinds.flatMap { kind in ShimDamage.allCases.map { Case(kind: kind, damage: $0, distance: nil) } }
        let distances = Array(1...Self.farthest)
        cases += distances.map { distance in
            Case(kind: generator.pick(kinds), damage: generator.pick(ShimDamage.allCases), distance: distance)
        }
        cases.shuffle(using: &generator)
        let expected = expectation(networks, containers)
        let (start, repairs) = (ContinuousClock.now, Latencies())
        var (tried, killed) = (0, 0)
        for item in cases.prefix(run.extent.samples.map { 3 * $0 } ?? cases.count) {
            if try hit(item, expected, repairs, &host) { killed += 1 }
            tried += 1
            guard (.now - start).seconds < run.extent.limit else { break }
        }
        for container in containers where try !container.hasLink() {
            throw ChaosError("endpoint \(container.endpoint.id.prefix(12)) has lost its link")
        }
        return "\(tried) of \(cases.count) damages, daemon killed after \(killed); "
            + (try repairs.summary(of: "repair"))
    }

    /// Does one damage, and waits until it is repaired. Returns whether the daemon was killed during its start.
    private func hit(
        _ item: Case, _ expected: Expectation, _ repairs: Latencies, _ host: inout Host
    ) throws -> Bool {
        run.daemon.log.note("\(item.damage) of a shim of \(item.kind) networks")
        run.tally.add(\.faults)
        if item.distance != nil { try run.daemon.kill() }
        for shim in try HostState(reading: &host).shims {
            guard let plan = expected.networks.values.first(where: { $0.shimName == shim.link.name }),
                plan.kind == item.kind || plan.kind.parent == item.kind.parent
            else { continue }
            try item.damage.hit(shim.link, &host)
        }
        guard let distance = item.distance else {
            try repairs.measure { try run.comparison.require(expected, within: Comparison.repairLimit, &host) }
            return false
        }
        run.daemon.log.note("the daemon will be killed at fault point \(distance) of a start with repairs")
        let isKilled = try Recovery(run: run).start(armedAt: distance)
        try run.comparison.checkStart(expected, &host)
        try run.comparison.require(expected, within: Self.orphanLimit, &host)
        return isKilled
    }

    /// Ends half of the containers as the engine does, and the others without a call.
    private func endContainers(
        _ containers: inout [Container], _ networks: [NetworkPlan], _ generator: inout SeededGenerator,
        _ host: inout Host
    ) throws {
        let client = run.client()
        while let container = containers.popLast() {
            var expected = expectation(networks, containers)
            let endpoint = container.endpoint
            expected.uncertainEndpoints.insert(endpoint.id)
            try client.succeed(.leave(endpoint))
            try run.comparison.require(expected, within: 0, of: [.access, .missing], &host)
            if generator.isOne(of: 2) { try container.returnLink() }
            try client.succeed(.deleteEndpoint(endpoint))
            try run.comparison.require(
                expectation(networks, containers), within: Comparison.repairLimit, of: [.access, .missing], &host)
        }
    }

    /// Everything must exist, and the host must reach all containers.
    private func expectation(_ networks: [NetworkPlan], _ containers: [Container]) -> Expectation {
        var expected = Expectation(networks)
        for endpoint in containers.map(\.endpoint) {
            expected.endpoints.insert(endpoint.id)
            expected.allowAccess(to: endpoint)
        }
        return expected
    }
}
