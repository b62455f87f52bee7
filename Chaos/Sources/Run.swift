import Netlink
import TestSupport

/// A run of a scenario: a daemon that is not started yet, and limits. The parents exist in its network namespace.
struct Run: Sendable {
    /// The size of a run.
    struct Extent: Sendable {
        /// The length of a scenario that has no natural end.
        var seconds: Double
        /// The time limit of a scenario that has a natural end.
        var limit: Double { 5 * seconds }
        /// The maximum number of cases of one kind; nil means all.
        var samples: Int?
    }

    let seed: UInt64
    let extent: Extent
    let daemon: Daemon
    let tally: Tally
    /// The kinds of networks that this kernel supports.
    let kinds: [NetworkKind]

    var comparison: Comparison { Comparison(records: daemon.records, log: daemon.log, tally: tally) }

    /// The kinds of networks that can share a parent.
    var sharedKinds: [NetworkKind] { kinds.filter { $0 != .passthru } }

    func client() -> Client { Client(of: daemon, tally: tally) }

    /// Tries each point, up to the limits of the run. `attempt` returns whether the daemon was killed at the point.
    func attempts<Point>(
        at points: [Point], _ attempt: (_ point: Point, _ number: Int) throws -> Bool
    ) rethrows -> String {
        let start = ContinuousClock.now
        var (tried, killed) = (0, 0)
        for point in points.prefix(extent.samples ?? points.count) {
            if try attempt(point, tried) { killed += 1 }
            tried += 1
            guard (.now - start).seconds < extent.limit else { break }
        }
        return "\(tried) of \(points.count) fault points tried, daemon killed at \(killed)"
    }

    /// Creates networks of the given kinds, in turn.
    func createNetworks(
        of kinds: [NetworkKind], count: Int? = nil, _ generator: inout SeededGenerator
    ) throws -> [NetworkPlan] {
        let client = client()
        return try (0..<(count ?? kinds.count)).map { number in
            let network = NetworkPlan(id: generator.identifier(), kind: kinds[number % kinds.count], number: number)
            try client.succeed(.createNetwork(network))
            return network
        }
    }
}

extension SeededGenerator {
    /// Returns an identifier like the engine's: 64 hexadecimal digits.
    mutating func identifier() -> String {
        (0..<4).map { _ in
            let digits = String(next(), radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    /// Returns true once in so many calls, on average.
    mutating func isOne(of chances: Int) -> Bool { Int.random(in: 0..<chances, using: &self) == 0 }
}

/// A way to inject faults into the daemon.
protocol Scenario: SendableMetatype {
    /// The name on the command line.
    static var name: String { get }
    static var timeouts: Daemon.Timeouts { get }
    static var command: String { get }

    var run: Run { get }

    init(run: Run)

    /// Runs the scenario on the main thread and returns a summary.
    func perform(_ host: inout Host) throws -> String
}

extension Scenario {
    static var timeouts: Daemon.Timeouts { Daemon.Timeouts() }

    /// The arguments of `lab/chaos` that select the scenario.
    static var command: String { "--scenario \(name)" }

    /// The limit for the removal of orphans, in seconds. An idle machine takes the orphan age and less than a second, and
    /// the limit allows for a busy one.
    static var orphanLimit: Double { Double(timeouts.orphanAge) + Comparison.repairLimit }

    /// Deletes networks, expects that nothing remains, and stops the daemon.
    func finish(deleting networks: [NetworkPlan] = [], _ host: inout Host) throws {
        let client = run.client()
        for network in networks { try client.succeed(.deleteNetwork(network)) }
        try run.comparison.require(.nothing, within: Self.orphanLimit, &host)
        try run.daemon.stop()
    }
}
