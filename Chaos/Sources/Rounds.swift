import Glibc
import TestSupport

/// Several workers in rounds, with a comparison of everything between the rounds.
struct Rounds {
    private static let workerCount = 4
    let weather = Weather()
    private let run: Run
    private let workers: [Worker]

    init(_ run: Run) {
        self.run = run
        let weather = weather
        workers = (0..<Self.workerCount).map { Worker(run, weather, number: $0) }
    }

    /// Lets all workers work for a while, and runs the body on this thread meanwhile, which must not take longer.
    func work(for seconds: Double, meanwhile body: (_ isOver: () -> Bool) throws -> Void) throws {
        let isStopped = Latch()
        let start = ContinuousClock.now
        let isOver: @Sendable () -> Bool = { isStopped.isSet || (.now - start).seconds > seconds }
        let workers = workers
        let threads = try Threads(workers.count) { number in
            do {
                try workers[number].work(until: isOver)
            } catch {
                isStopped.set()
                throw error
            }
        }
        let result = Result { try body(isOver) }
        if case .failure = result { isStopped.set() }
        try threads.join()
        try result.get()
    }

    /// All networks that may exist, by identifier.
    var plans: [String: NetworkPlan] { workers.reduce(into: [:]) { $0.merge($1.plans) { $1 } } }

    /// Compares everything between rounds.
    func compare(orphanLimit: Double, _ host: inout Host) throws {
        let expected = workers.reduce(Expectation.nothing) { $0 + $1.expectation(weather) }
        try run.comparison.require(
            expected, within: Comparison.repairLimit, of: [.lostNetwork, .lostEndpoint, .missing], &host)
        try run.comparison.require(expected, within: orphanLimit, &host)
        for worker in workers { try worker.checkContainers(weather) }
        guard run.daemon.records.setAside.isEmpty else {
            throw ChaosError("the daemon has set aside \(run.daemon.records.setAside)")
        }
    }

    /// Deletes everything and expects that nothing is left.
    func finish(orphanLimit: Double, _ host: inout Host) throws {
        for worker in workers { try worker.finish() }
        try run.comparison.require(.nothing, within: orphanLimit, &host)
    }

    /// The reasons of refusals, and how often each occurred.
    var refusals: [String: Int] {
        workers.reduce(into: [:]) { sum, worker in sum.merge(worker.refusals, uniquingKeysWith: +) }
    }
}
