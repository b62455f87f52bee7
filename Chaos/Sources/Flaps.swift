import Glibc
import SystemCalls
import TestSupport

/// A parent that changes a hundred times a second while calls go on.
struct Flaps: Scenario {
    static let name = "flaps"

    private static let changesPerSecond = 100
    /// What the daemon may log of its own accord meanwhile.
    private static let lineLimit = 200
    private static let parent = "p0"

    private let run: Run

    init(_ run: Run) {
        self.run = run
    }

    func perform(_ host: inout Host) throws -> String {
        var generator = SeededGenerator(seed: run.seed)
        try run.daemon.start()
        let client = run.client()
        let networks = run.kinds.filter { $0 != .passthru }.enumerated().map { number, kind in
            NetworkPlan(id: generator.identifier(), kind: kind, number: number)
        }
        for network in networks { try client.succeed(.createNetwork(network)) }
        let expected = Expectation(networks: Dictionary(uniqueKeysWithValues: networks.map { ($0.id, $0) }))

        let (capabilities, endpoints) = (Latencies(), Latencies())
        let isOver = try StopEvent()
        let seed = generator.next()
        let threads = try Threads(2) { number in
            if number == 0 {
                try askCapabilities(capabilities, until: isOver)
            } else {
                try createEndpoints(networks, endpoints, seed: seed, until: isOver)
            }
        }
        let lines = run.daemon.log.ownLineCount
        let result = Result { try flap(&generator, &host) }
        isOver.set()
        try threads.join()
        let changes = try result.get()

        let repair = try ContinuousClock().measure {
            try run.comparison.require(expected, within: Comparison.repairLimit, of: [.lostNetwork, .missing], &host)
        }
        let logged = run.daemon.log.ownLineCount - lines
        guard logged <= Self.lineLimit else { throw ChaosError("the daemon logged \(logged) lines of its own accord") }
        for network in networks { try client.succeed(.deleteNetwork(network)) }
        try run.comparison.require(.nothing, within: Self.orphanLimit, &host)
        try run.daemon.stop()
        return "\(changes) changes, \(logged) lines logged, in order after \(repair.milliseconds.text) ms; "
            + "\(try capabilities.summary(of: "GetCapabilities")); \(try endpoints.summary(of: "CreateEndpoint"))"
    }

    private func flap(_ generator: inout SeededGenerator, _ host: inout Host) throws -> Int {
        let storms: [Storm] = [.deletion, .renaming, .down, .mtu]
        let clock = ContinuousClock()
        let start = clock.now
        var changes = 0
        while (clock.now - start).seconds < min(run.extent.seconds, 20) {
            guard let storm = storms.randomElement(using: &generator) else { break }
            try storm.rage(over: Self.parent, pause: 0, &host)
            // Each is a change and the change back.
            changes += 2
            run.tally.add(\.faults)
            let due = start + .milliseconds(1000 * changes / Self.changesPerSecond)
            usleep(UInt32(max(0, (due - clock.now).microseconds)))
        }
        return changes
    }

    private func askCapabilities(_ times: Latencies, until isOver: StopEvent) throws {
        let client = run.client()
        while !isOver.isSet {
            try times.measure { try client.succeed(.capabilities) }
            usleep(2000)
        }
    }

    private func createEndpoints(
        _ networks: [NetworkPlan], _ times: Latencies, seed: UInt64, until isOver: StopEvent
    ) throws {
        var generator = SeededGenerator(seed: seed)
        let client = run.client()
        while !isOver.isSet {
            guard let network = networks.randomElement(using: &generator) else { return }
            let endpoint = EndpointPlan(id: generator.identifier(), network: network, host: 7)
            // With its parent away a network may refuse it.
            try times.measure { _ = try client.make(.createEndpoint(endpoint)) }
            _ = try client.make(.join(endpoint))
            try client.succeed(.leave(endpoint))
            try client.succeed(.deleteEndpoint(endpoint))
            usleep(2000)
        }
    }
}
