import Glibc
import TestSupport

/// Deletes all VLAN links at once while containers run on them.
struct VLANLoss: Scenario {
    static let name = "vlan-loss"

    private static let networkCount = 20

    let run: Run

    func perform(_ host: inout Host) throws -> String {
        guard run.kinds.contains(.vlan) else { return "not run: this kernel has no VLAN links" }
        var generator = SeededGenerator(seed: run.seed)
        try run.daemon.start()
        let client = run.client()
        let networks = try run.createNetworks(of: [.vlan], count: Self.networkCount, &generator)
        var containers = try networks.map { try client.startContainer(in: $0, &generator, &host) }
        var expected = Expectation(networks)
        expected.uncertainEndpoints = Set(containers.map(\.endpoint.id))
        try run.comparison.require(expected, within: 0, &host)

        try host.deleteTogether(networks.flatMap(\.ownLinks).map(\.name))
        run.tally.add(\.faults)
        let clock = ContinuousClock()
        let start = clock.now
        containers.append(try startSoon(networks[0], client, &generator, &host))
        let first = clock.now - start
        expected.uncertainEndpoints = Set(containers.map(\.endpoint.id))
        try run.comparison.require(
            expected, within: Comparison.repairLimit, of: [.lostNetwork, .missing], &host)
        let all = clock.now - start
        containers += try networks.dropFirst().map {
            try client.startContainer(in: $0, address: 6, &generator, &host)
        }
        // A VLAN link stays while a container's link is on it.
        containers = []
        try finish(deleting: networks, &host)
        return "\(Self.networkCount) links deleted; a new container started after \(first.milliseconds.text) ms, "
            + "all links were recreated after \(all.milliseconds.text) ms"
    }

    /// Starts a container as soon as possible.
    private func startSoon(
        _ network: NetworkPlan, _ client: Client, _ generator: inout SeededGenerator, _ host: inout Host
    ) throws -> Container {
        let clock = ContinuousClock()
        let start = clock.now
        while true {
            do {
                return try client.startContainer(in: network, address: 6, &generator, &host)
            } catch {
                guard (clock.now - start).seconds < Comparison.repairLimit else { throw error }
            }
            usleep(10_000)
        }
    }
}
