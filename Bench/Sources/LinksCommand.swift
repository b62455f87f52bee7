import ArgumentParser
import DaemonTestKit
import TestSupport

/// `Bench links`: what the daemon takes by itself, without an engine, for links on a parent of this network namespace.
struct LinksCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "links", abstract: "Measure endpoints' lives, single calls, and the idle daemon.")

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
            "memory.used", "memory after that, idle again", daemon.residentMegabytes, .megabytes,
            note: "\(2 * rounds * Self.links) endpoints and the other calls later"
        ).emit()
        try daemon.stop()
    }

    /// Endpoints' time, and the daemon's processor time, in milliseconds for each.
    private typealias Lives = (time: Double, processor: Double)

    /// What one round took, in milliseconds for each link.
    private struct Round {
        let reference: Double
        let oneAtATime: Lives
        let allAtOnce: Lives
        /// The calls of `allAtOnce` when nothing is done for them.
        let client: Double
    }

    private func measureLives(_ daemon: DaemonProcess, _ answers: ConstantAnswers) throws {
        progress("Endpoints, in \(rounds) rounds of \(Self.links) one at a time and \(Self.links) at once")
        try EndpointLives(socket: daemon.socket, network: 0).check(0, awaitingEnd: daemon.awaitLinksGone)
        let rounds = try (0..<rounds).map { number in
            try round(from: 1 + 2 * number * Self.links, daemon, answers)
        }
        let loop = "C loop \(median(rounds.map(\.reference)).text) ms"
        let parts: [(String, String, Double, KeyPath<Round, Lives>)] = [
            ("cycle.oneAtATime", "endpoints one at a time, to a C loop of links", 0.25, \.oneAtATime),
            ("cycle.allAtOnce", "\(Self.links) endpoints at once, to the same loop", 0.05, \.allAtOnce),
        ]
        for (name, title, goal, part) in parts {
            let lives = rounds.map { $0[keyPath: part] }
            let ratios = zip(lives, rounds).map { $0.time / $1.reference }
            try figure(name, title, ratios, goal: goal, note: "\(median(lives.map(\.time)).text) ms each; \(loop)")
            let processor = median(lives.map(\.processor))
            try Figure("\(name).processor", "  processor time of each", processor, .milliseconds, note: "").emit()
        }
        try figure(
            "cycle.client", "  of which the bench's own client",
            rounds.map { $0.client / $0.allAtOnce.time }, note: "the same calls, answered by a constant")
    }

    /// The parts of a round run close together in time, so that the machine's other work hits both sides alike.
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
        try Figure(name, title, median(ratios), .ratio, goal: goal, note: "\(note); rounds \(spread)").emit()
    }
}
