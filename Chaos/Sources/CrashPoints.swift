import TestSupport

/// Kills the daemon at every fault point of every call, restarts it and repeats the call.
struct CrashPoints: Scenario {
    static let name = "crash-points"

    /// A fault point of a call for a kind of network, counted from 1.
    private struct Point {
        let kind: NetworkKind
        let call: Call.Kind
        let distance: Int
    }

    /// The number of points to try beyond those that the call passed the first time.
    private static let margin = 2

    let run: Run

    func perform(_ host: inout Host) throws -> String {
        var generator = SeededGenerator(seed: run.seed)
        try run.daemon.start()
        var points: [Point] = []
        for (number, kind) in run.kinds.enumerated() {
            points += try Self.points(of: kind, counting: run, number, &generator, &host)
        }
        points.shuffle(using: &generator)
        let summary = try run.attempts(at: points) { point, number in
            try attempt(point, number: 100 + number, &generator, &host)
        }
        try finish(&host)
        return summary
    }

    /// Counts the fault points of a kind's calls by making each call once.
    private static func points(
        of kind: NetworkKind, counting run: Run, _ number: Int, _ generator: inout SeededGenerator, _ host: inout Host
    ) throws -> [Point] {
        let client = run.client()
        var life = Life(kind, number: number, using: &generator)
        var points: [Point] = []
        for call in Call.Kind.allCases {
            let before = run.daemon.passages
            try client.succeed(Call.make(call, life.endpoint))
            let passed = Int(run.daemon.passages - before)
            if passed > 0 { points += (1...passed + margin).map { Point(kind: kind, call: call, distance: $0) } }
            try life.proceed(&host)
            // The host stops reaching a container before Leave is answered.
            if call == .leave { try run.comparison.require(life.expectation(), within: 0, of: [.access], &host) }
            try run.comparison.require(life.expectation(), within: orphanLimit, &host)
        }
        guard !points.isEmpty else { throw ChaosError("the daemon is no debug build: it passed no fault points") }
        return points
    }

    /// Kills the daemon at a point of a new network's life, and completes that life. Returns false if the call ended
    /// before the point.
    private func attempt(
        _ point: Point, number: Int, _ generator: inout SeededGenerator, _ host: inout Host
    ) throws -> Bool {
        var client = run.client()
        var life = Life(point.kind, number: number, using: &generator)
        try life.advance(to: point.call, client, &host)
        let call = Call.make(point.call, life.endpoint)
        run.daemon.log.note("the daemon will be killed at fault point \(point.distance) of \(call.name)")
        run.daemon.arm(point.distance)
        let outcome = try client.make(call)
        // The kill may come after the answer: removal in the background has fault points too.
        let isKilled = try run.daemon.disarm()
        let isAnswered = if case .answered = outcome { true } else { false }
        guard isAnswered || isKilled else { throw ChaosError("\(call.name) had no answer and no kill: \(outcome)") }
        if isAnswered { try life.proceed(&host) }
        if isKilled {
            try Recovery(run: run).start(&generator)
            life.noteRestart()
            client = run.client()
            try check(life, killedIn: isAnswered ? nil : point.call, &generator, &host)
            if !isAnswered {
                try client.succeed(call)
                try life.proceed(&host)
            }
        }
        try finish(&life, client, &host)
        return isKilled
    }

    /// Compares the state right after a start.
    private func check(
        _ life: Life, killedIn call: Call.Kind?, _ generator: inout SeededGenerator, _ host: inout Host
    ) throws {
        let expected = life.expectation(during: call)
        try run.comparison.checkStart(expected, &host)
        try life.checkContainer()
        // Leftovers of the killed call are removed in the background. That is slow, so it is checked only sometimes.
        guard generator.isOne(of: 8) else { return }
        try run.comparison.require(expected, within: Self.orphanLimit, &host)
        try life.checkContainer()
    }

    private func finish(_ life: inout Life, _ client: Client, _ host: inout Host) throws {
        let calls = Call.Kind.allCases
        while life.answered < calls.count {
            try run.comparison.require(
                life.expectation(), within: Comparison.repairLimit, of: [.lostNetwork, .lostEndpoint, .missing], &host)
            try client.succeed(Call.make(life.next, life.endpoint))
            try life.proceed(&host)
        }
        try run.comparison.require(.nothing, within: Self.orphanLimit, &host)
        guard run.daemon.records.setAside.isEmpty else {
            throw ChaosError("the daemon has set aside records: \(run.daemon.records.setAside)")
        }
    }
}
