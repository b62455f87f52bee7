import Glibc
import TestSupport

/// All VLAN links are deleted at once while containers run upon them.
struct VLANLoss: Scenario {
    static let name = "vlan-loss"

    private static let networkCount = 20

    private let run: Run

    init(_ run: Run) {
        self.run = run
    }

    func perform(_ host: inout Host) throws -> String {
        guard run.kinds.contains(.vlan) else { return "left out: this kernel has no VLAN links" }
        var generator = SeededGenerator(seed: run.seed)
        try run.daemon.start()
        let client = run.client()
        let networks = (0..<Self.networkCount).map { number in
            NetworkPlan(id: generator.identifier(), kind: .vlan, number: number)
        }
        var containers: [Container] = []
        for network in networks {
            try client.succeed(.createNetwork(network))
            containers.append(try start(network, host: 5, client, &generator, &host))
        }
        let expected = Expectation(
            networks: Dictionary(uniqueKeysWithValues: networks.map { ($0.id, $0) }),
            uncertainEndpoints: Set(containers.map(\.endpoint.id)))
        try run.comparison.require(expected, within: 0, &host)

        try host.deleteTogether(networks.flatMap(\.ownLinks).map(\.name))
        run.tally.add(\.faults)
        let clock = ContinuousClock()
        let start = clock.now
        containers.append(try startSoon(networks[0], client, &generator, &host))
        let first = clock.now - start
        try run.comparison.require(
            expected + Expectation(uncertainEndpoints: Set(containers.map(\.endpoint.id))),
            within: Comparison.repairLimit,
            of: [.lostNetwork, .missing], &host)
        let all = clock.now - start
        containers += try networks.dropFirst().map { try self.start($0, host: 6, client, &generator, &host) }
        // A VLAN link that a container is upon stays until that is gone.
        containers = []
        for network in networks { try client.succeed(.deleteNetwork(network)) }
        try run.comparison.require(.nothing, within: Self.orphanLimit, &host)
        try run.daemon.stop()
        return "\(Self.networkCount) links; a new container after \(first.milliseconds.text) ms, "
            + "all links back after \(all.milliseconds.text) ms"
    }

    /// Starts a container as soon as it can be.
    private func startSoon(
        _ network: NetworkPlan, _ client: Client, _ generator: inout SeededGenerator, _ host: inout Host
    ) throws -> Container {
        let clock = ContinuousClock()
        let start = clock.now
        while true {
            do {
                return try self.start(network, host: 6, client, &generator, &host)
            } catch {
                guard (clock.now - start).seconds < Comparison.repairLimit else { throw error }
            }
            usleep(10_000)
        }
    }

    private func start(
        _ network: NetworkPlan, host number: Int, _ client: Client, _ generator: inout SeededGenerator,
        _ host: inout Host
    ) throws -> Container {
        let endpoint = EndpointPlan(id: generator.identifier(), network: network, host: number)
        try client.succeed(.createEndpoint(endpoint))
        try client.succeed(.join(endpoint))
        return try Container(endpoint, &host)
    }
}
