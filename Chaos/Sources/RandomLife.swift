import Glibc
import TestSupport

/// Makes random calls from several engines at once, while the daemon is killed and links are removed and changed.
struct RandomLife: Scenario {
    static let name = "random-life"
    /// A busy machine takes more than a second to repeat a call whose answer was lost. Until then, an endpoint whose link
    /// does not exist yet must not count as lost.
    static let timeouts = Daemon.Timeouts(parentWait: 1, orphanAge: 4)

    private static let roundSeconds = 1.5

    let run: Run

    func perform(_ host: inout Host) throws -> String {
        var generator = SeededGenerator(seed: run.seed)
        try run.daemon.start()
        let rounds = Rounds(run)
        let start = ContinuousClock.now
        var count = 0
        repeat {
            // One round of four is undisturbed. Every valid call must succeed in it.
            let (hasKills, hasDisturbances) = (count & 1 == 0, count & 2 == 0)
            run.daemon.log.note(
                "round \(count), \(hasKills ? "" : "no ")kills, \(hasDisturbances ? "" : "no ")disturbances")
            try rounds.work(for: Self.roundSeconds) { isOver in
                while !isOver() {
                    usleep(UInt32.random(in: 10_000...300_000, using: &generator))
                    if hasKills { try kill(rounds.counter, &generator) }
                    if hasDisturbances { try disturb(rounds, &generator, &host) }
                }
            }
            if try !run.daemon.isAlive() { try run.daemon.start() }
            try rounds.compare(orphanLimit: Self.orphanLimit, &host)
            count += 1
        } while (.now - start).seconds < run.extent.seconds
        try rounds.finish(orphanLimit: Self.orphanLimit, &host)
        try run.daemon.stop()
        return "\(count) rounds, \(rounds.counter.kills) kills, \(rounds.counter.changes / 2) disturbances, "
            + "\(rounds.refusals.values.reduce(0, +)) refusals"
    }

    /// Kills the daemon at a random moment or at a fault point, and starts it again.
    private func kill(_ counter: DisturbanceCounter, _ generator: inout SeededGenerator) throws {
        counter.countKill()
        if generator.isOne(of: 2) {
            try run.daemon.kill()
        } else {
            run.daemon.arm(Int.random(in: 1...40, using: &generator))
            for _ in 0..<50 where try run.daemon.isAlive() { usleep(5000) }
            if try !run.daemon.disarm() { try run.daemon.kill() }
        }
        try Recovery(run: run).start(&generator)
    }

    private func disturb(_ rounds: Rounds, _ generator: inout SeededGenerator, _ host: inout Host) throws {
        guard let disturbance = Disturbance.allCases.randomElement(using: &generator),
            let parent = run.kinds.map(\.parent).randomElement(using: &generator)
        else { return }
        run.daemon.log.note("\(disturbance) of \(parent)")
        rounds.counter.countChange()
        try disturbance.hit(parent, pause: UInt32.random(in: 0...20_000, using: &generator), &host)
        run.tally.add(\.faults)
        // The disturbance ends when the daemon has repaired everything. `Rounds.compare` checks how fast that is.
        try run.comparison.require(
            Expectation(uncertainNetworks: rounds.plans), within: 10 * Comparison.repairLimit, of: [.missing], &host)
        rounds.counter.countChange()
    }
}
