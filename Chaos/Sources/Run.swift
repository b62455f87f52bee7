import Netlink
import TestSupport

/// What a scenario has: a network namespace with parents, a daemon that is not started yet, and how much it may do.
struct Run: Sendable {
    /// How much there is to do.
    struct Extent: Sendable {
        /// The time that a scenario takes which could go on for ever.
        var seconds: Double
        /// The time after which one stops that has its end, should it not have come to it.
        var limit: Double { 5 * seconds }
        /// How many cases of one kind are tried at most; nil means all.
        var samples: Int?
    }

    let seed: UInt64
    let extent: Extent
    let daemon: Daemon
    let tally: Tally
    /// The kinds of networks that this kernel has the links for.
    let kinds: [NetworkKind]

    var comparison: Comparison { Comparison(records: daemon.records, log: daemon.log, tally: tally) }

    func client() -> Client { Client(of: daemon, tally: tally) }
}

extension SeededGenerator {
    /// An identifier as the engine's are: 64 hexadecimal digits.
    mutating func identifier() -> String {
        (0..<4).map { _ in
            let digits = String(next(), radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    /// Whether one chance of so many has come.
    mutating func isOne(of chances: Int) -> Bool { Int.random(in: 0..<chances, using: &self) == 0 }
}

/// A way to make life hard for the daemon.
protocol Scenario: SendableMetatype {
    /// As the command line names it.
    static var name: String { get }
    static var patience: Daemon.Patience { get }
    static var command: String { get }

    init(_ run: Run)

    /// Does it all on the main thread, and returns figures for the line that is printed.
    func perform(_ host: inout Host) throws -> String
}

extension Scenario {
    static var patience: Daemon.Patience { Daemon.Patience() }

    /// The words of the command line that choose it.
    static var command: String { "--scenario \(name)" }

    /// How long it may take until what no record is for has gone, in seconds. On an idle machine this is the age and at
    /// most a second; the limit is for one that is busy.
    static var orphanLimit: Double { Double(patience.orphanAge) + Comparison.repairLimit }
}
