import ArgumentParser

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

        let daemon = try Daemon(place)
        defer { daemon.stop() }
        try Connection(to: daemon.socket).post(Calls.createNetwork(0, parent: place.parent, subnet: "10.64.0.0/16"))
        let answers = try ConstantAnswers(place)
        defer { answers.stop() }

        try measureLives(daemon, answers)
        try CallTimes.measure(daemon, answers)
        try Figure(
            "memory.used", "memory after that, idle again", daemon.residentMegabytes, .megabytes,
            note: "\(2 * Self.rounds * Self.links) endpoints and 20,400 other calls later"
        ).emit()
    }

    private func measureLives(_ daemon: Daemon, _ answers: ConstantAnswers) throws {
        tell("Endpoints, in \(Self.rounds) rounds of \(Self.links) one at a time and \(Self.links) at once")
        let lives = EndpointLives(socket: daemon.socket, network: 0)
        try lives.check(0, awaitingEnd: daemon.awaitLinksGone)
        var rounds: [(reference: Double, oneAtATime: Double, allAtOnce: Double)] = []
        var client: [Double] = []
        for round in 0..<Self.rounds {
            let first = 1 + 2 * round * Self.links
            let (single, many) = (first..<first + Self.links, first + Self.links..<first + 2 * Self.links)
            let reference = try place.referenceLoop(Self.links)
            let oneAtATime = try lives.oneAtATime(single, awaitingEnd: daemon.awaitLinksGone)
            let allAtOnce = try lives.allAtOnce(many, awaitingEnd: daemon.awaitLinksGone)
            let links = Double(Self.links)
            rounds.append((reference / links, oneAtATime.milliseconds / links, allAtOnce.milliseconds / links))
            let alone = try EndpointLives(socket: answers.socket, network: 0).allAtOnce(many, awaitingEnd: {})
            client.append(alone.milliseconds / links)
        }
        let loop = "C loop \(median(rounds.map(\.reference)).text) ms"
        try figure(
            "cycle.oneAtATime", "endpoints one at a time, to a C loop of links",
            rounds.map { $0.oneAtATime / $0.reference }, goal: 0.25,
            note: "\(median(rounds.map(\.oneAtATime)).text) ms each, \(loop)")
        try figure(
            "cycle.allAtOnce", "\(Self.links) endpoints at once, to the same loop",
            rounds.map { $0.allAtOnce / $0.reference }, goal: 0.05,
            note: "\(median(rounds.map(\.allAtOnce)).text) ms each, \(loop)")
        try figure(
            "cycle.client", "  of which the bench's own client",
            zip(client, rounds).map { $0 / $1.allAtOnce }, note: "the same calls, answered by a constant")
    }

    private func figure(_ name: String, _ title: String, _ ratios: [Double], goal: Double? = nil, note: String) throws {
        let spread = "\(quantile(0, of: ratios).text) to \(quantile(1, of: ratios).text)"
        try Figure(name, title, median(ratios), .ratio, goal: goal, note: "\(note); rounds \(spread)").emit()
    }
}
