import ArgumentParser
import DaemonTestKit
import TestSupport

/// `Bench links`: what the daemon takes by itself, without an engine, for links on a parent of this network namespace.
struct LinksCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "links", abstract: "Measure endpoints' lives, single calls, and the idle daemon.")

    /// The parts of a round run close together in time, so that the machine's other work hits both sides alike.
    private static let rounds = 15
    private static let links = 64

    @OptionGroup var place: Workplace

    func run() throws {
        try IdleDaemon.measure(place)

        let daemon = try place.makeDaemon()
        try daemon.startAnswering()
        try daemon.connect().succeed(Calls.createNetwork(0, parent: place.parent, subnet: "10.64.0.0/16"))
        let answers = try ConstantAnswers(place)

        try measureLives(daemon, answers)
        try CallTimes.measure(daemon, answers)
        try Figure(
            "memory.used", "memory after that, idle again", daemon.residentMegabytes, .megabytes,
            note: "\(2 * Self.rounds * Self.links) endpoints and 20,400 other calls later"
        ).emit()
        try daemon.stop()
    }

    /// What one round took, in milliseconds for each link.
    private struct Round {
        let reference: Double
        let oneAtATime: Double
        let allAtOnce: Double
        /// The calls of `allAtOnce` when nothing is done for them.
        let client: Double
        /// The processor time of the daemon's for `oneAtATime` and `allAtOnce`.
        let processor: (oneAtATime: Double, allAtOnce: Double)
    }

    private func measureLives(_ daemon: DaemonProcess, _ answers: ConstantAnswers) throws {
        tell("Endpoints, in \(Self.rounds) rounds of \(Self.links) one at a time and \(Self.links) at once")
        try EndpointLives(socket: daemon.socket, network: 0).check(0, awaitingEnd: daemon.awaitLinksGone)
        let rounds = try (0..<Self.rounds).map { number in
            try round(from: 1 + 2 * number * Self.links, daemon, answers)
        }
        let loop = "C loop \(median(rounds.map(\.reference)).text) ms"
        func note(_ times: [Double], _ processor: [Double]) -> String {
            "\(median(times).text) ms each, \(median(processor).text) ms of processor time; \(loop)"
        }
        try figure(
            "cycle.oneAtATime", "endpoints one at a time, to a C loop of links",
            rounds.map { $0.oneAtATime / $0.reference }, goal: 0.25,
            note: note(rounds.map(\.oneAtATime), rounds.map(\.processor.oneAtATime)))
        try figure(
            "cycle.allAtOnce", "\(Self.links) endpoints at once, to the same loop",
            rounds.map { $0.allAtOnce / $0.reference }, goal: 0.05,
            note: note(rounds.map(\.allAtOnce), rounds.map(\.processor.allAtOnce)))
        try figure(
            "cycle.client", "  of which the bench's own client",
            rounds.map { $0.client / $0.allAtOnce }, note: "the same calls, answered by a constant")
    }

    private func round(from first: Int, _ daemon: DaemonProcess, _ answers: ConstantAnswers) throws -> Round {
        let links = Double(Self.links)
        let (single, many) = (first..<first + Self.links, first + Self.links..<first + 2 * Self.links)
        let lives = EndpointLives(socket: daemon.socket, network: 0)
        let reference = try place.referenceLoop(Self.links)
        let start = try daemon.processorTime
        let oneAtATime = try lives.oneAtATime(single, awaitingEnd: daemon.awaitLinksGone)
        let middle = try daemon.processorTime
        let allAtOnce = try lives.allAtOnce(many, awaitingEnd: daemon.awaitLinksGone)
        let end = try daemon.processorTime
        let client = try EndpointLives(socket: answers.socket, network: 0).allAtOnce(many, awaitingEnd: {})
        return Round(
            reference: reference / links, oneAtATime: oneAtATime.milliseconds / links,
            allAtOnce: allAtOnce.milliseconds / links, client: client.milliseconds / links,
            processor: ((middle - start).milliseconds / links, (end - middle).milliseconds / links))
    }

    private func figure(_ name: String, _ title: String, _ ratios: [Double], goal: Double? = nil, note: String) throws {
        let spread = "\(quantile(0, of: ratios).text) to \(quantile(1, of: ratios).text)"
        try Figure(name, title, median(ratios), .ratio, goal: goal, note: "\(note); rounds \(spread)").emit()
    }
}
