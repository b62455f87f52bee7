import Glibc
import SystemCalls
import TestSupport

/// Changes a parent a hundred times a second during calls.
struct Flaps: Scenario {
    static let name = "flaps"

    private static let changesPerSecond = 100
    /// The maximum number of log lines besides those for calls.
    private static let lineLimit = 200
    private static let parent = "p0"

    let run: Run

    func perform(_ host: inout Host) throws -> String {
        var generator = SeededGenerator(seed: run.seed)
        try run.daemon.start()
        let networks = try run.createNetworks(of: run.sharedKinds, &generator)
        let expected = Expectation(networks)

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
        guard logged <= Self.lineLimit else {
            throw ChaosError("the daemon logged \(logged) lines besides those about calls")
        }
        try finish(deleting: networks, &host)
        return "\(changes) changes, \(logged) lines logged, all repaired after \(repair.milliseconds.text) ms; "
            + "\(try capabilities.summary(of: "GetCapabilities")); \(try endpoints.summary(of: "CreateEndpoint"))"
    }

    private func flap(_ generator: inout SeededGenerator, _ host: inout Host) throws -> Int {
        let kinds: [Disturbance] = [.deletion, .renaming, .down, .mtu]
        let clock = ContinuousClock()
        let start = clock.now
        var changes = 0
        while (clock.now - start).seconds < min(run.extent.seconds, 20) {
            guard let disturbance = kinds.randomElement(using: &generator) else { break }
            try disturbance.hit(Self.parent, pause: 0, &host)
            // A change and its reversal.
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
            // The daemon may refuse the call while the parent is missing.
            try times.measure { _ = try client.make(.createEndpoint(endpoint)) }
            _ = try client.make(.join(endpoint))
            try client.succeed(.leave(endpoint))
            try client.succeed(.deleteEndpoint(endpoint))
            usleep(2000)
        }
    }
}
