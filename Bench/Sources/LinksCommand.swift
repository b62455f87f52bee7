import ArgumentParser
import DaemonTestKit
import TestSupport

/// `Bench links`: measures the daemon without an engine, on a parent in this network namespace.
struct LinksCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "links",
        abstract: "Measure endpoints from creation to deletion, single calls, and the idle daemon.")

    private static let links = 64

    @OptionGroup var fixture: BenchFixture

    @Option(help: "The number of rounds of endpoints and of blocks of calls.")
    var rounds = 15

    func run() throws {
        try IdleDaemon.measure(fixture)

        let daemon = try fixture.makeDaemon()
        try daemon.startAnswering()
        try daemon.connect().succeed(Calls.createNetwork(0, parent: fixture.parent, subnet: "10.64.0.0/16"))
        let answers = try ConstantAnswers(fixture)

        try measureLives(daemon, answers)
        try CallTimes.measure(daemon, answers, blocks: rounds)
        try Figure(
            "memory.used", "memory afterwards, idle again", daemon.residentMegabytes, .megabytes,
            note: "after \(2 * rounds * Self.links) endpoints and the other calls"
        ).emit()
        try daemon.stop()
    }

    /// Elapsed time and the daemon's processor time, in milliseconds per endpoint.
    private typealias Lives = (time: Double, processor: Double)

    /// The times of one round, in milliseconds per link.
    private struct Round {
        let reference: Double
        let oneAtATime: Lives
        let allAtOnce: Lives
        /// The time of the calls of `allAtOnce` when a server only answers them.
        let client: Double
    }

    private func measureLives(_ daemon: DaemonProcess, _ answers: ConstantAnswers) throws {
        progress("Measuring endpoints: \(rounds) rounds of \(Self.links) one at a time and \(Self.links) at once")
        try EndpointLives(socket: daemon.socket, network: 0).check(0, awaitingEnd: daemon.awaitLinksGone)
        let rounds = try (0..<rounds).map { number in
            try round(from: 1 + 2 * number * Self.links, daemon, answers)
        }
        let loop = "C loop \(median(rounds.map(\.reference)).text) ms"
        let parts: [(String, String, Double, KeyPath<Round, Lives>)] = [
            ("cycle.oneAtATime", "endpoints one at a time, relative to a C loop", 0.25, \.oneAtATime),
            ("cycle.allAtOnce", "\(Self.links) endpoints at once, relative to the C loop", 0.05, \.allAtOnce),
        ]
        for (name, title, goal, part) in parts {
            let lives = rounds.map { $0[keyPath: part] }
            let ratios = zip(lives, rounds).map { $0.time / $1.reference }
            try figure(name, title, ratios, goal: goal, note: "\(median(lives.map(\.time)).text) ms each; \(loop)")
            let processor = median(lives.map(\.processor))
            try Figure("\(name).processor", "  processor time per endpoint", processor, .milliseconds, note: "").emit()
        }
        try figure(
            "cycle.client", "  share of the benchmark client",
            rounds.map { $0.client / $0.allAtOnce.time }, note: "the same calls to the constant-answer reference")
    }

    /// Measures one round. Its parts run close together in time, so that other work on the machine affects both alike.
    private func round(from first: Int, _ daemon: DaemonProcess, _ answers: ConstantAnswers) throws -> Round {
        let links = Double(Self.links)
        let (single, many) = (first..<first + Self.links, first + Self.links..<first + 2 * Self.links)
        let lives = EndpointLives(socket: daemon.socket, network: 0)
        func measure(_ body: () throws -> Duration) throws -> Lives {
            let start = try daemon.processorTime
            return (try body().milliseconds / links, (try daemon.processorTime - start).milliseconds / links)
        }
        return Round(
            reference: try fixture.referenceLoop(Self.links) / links,
            oneAtATime: try measure { try lives.oneAtATime(single, awaitingEnd: daemon.awaitLinksGone) },
            allAtOnce: try measure { try lives.allAtOnce(many, awaitingEnd: daemon.awaitLinksGone) },
            client: try EndpointLives(socket: answers.socket, network: 0).allAtOnce(many, awaitingEnd: {}).milliseconds
                / links)
    }

    private func figure(_ name: String, _ title: String, _ ratios: [Double], goal: Double? = nil, note: String) throws {
        let spread = "\(quantile(0, of: ratios).text) to \(quantile(1, of: ratios).text)"
        try Figure(name, title, median(ratios), .ratio, goal: goal, note: "\(note); rounds from \(spread)").emit()
    }
}
