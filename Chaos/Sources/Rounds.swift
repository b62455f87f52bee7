import Glibc
import SystemCalls
import TestSupport

/// Several workers at once, in rounds of work with quiet points between them at which everything is compared.
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

    /// Has all work for a while, and the body do meanwhile what it likes on this thread, which must not take longer.
    func work(for seconds: Double, meanwhile body: (_ isOver: () -> Bool) throws -> Void) throws {
        let isStopped = try StopEvent()
        let clock = ContinuousClock()
        let start = clock.now
        let isOver: @Sendable () -> Bool = { isStopped.isSet || (clock.now - start).seconds > seconds }
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

    /// All networks that there can be, by their identifiers.
    var plans: [String: NetworkPlan] { workers.reduce(into: [:]) { $0.merge($1.plans) { $1 } } }

    /// Compares everything while nobody works.
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

    /// Deletes everything; nothing must be left.
    func finish(orphanLimit: Double, _ host: inout Host) throws {
        for worker in workers { try worker.finish() }
        try run.comparison.require(.nothing, within: orphanLimit, &host)
    }

    /// What calls were refused with, and how often.
    var refusals: [String: Int] {
        workers.reduce(into: [:]) { sum, worker in sum.merge(worker.refusals, uniquingKeysWith: +) }
    }
}
