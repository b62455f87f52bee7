import Glibc
import SystemCalls
import TestSupport

/// Runs several workers at once, in rounds. Between rounds no worker makes calls, and everything is compared.
struct Rounds {
    private static let workerCount = 4
    let counter = DisturbanceCounter()
    private let run: Run
    private let workers: [Worker]

    init(_ run: Run) {
        self.run = run
        let counter = counter
        workers = (0..<Self.workerCount).map { Worker(run, counter, number: $0) }
    }

    /// Lets all workers make calls for some seconds. Runs the body on this thread during this time, which must end in time.
    func work(for seconds: Double, doing body: (_ isOver: () -> Bool) throws -> Void) throws {
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

    /// All networks that can exist, by identifier.
    var plans: [String: NetworkPlan] { workers.reduce(into: [:]) { $0.merge($1.plans) { $1 } } }

    /// Compares everything while no worker makes calls.
    func compare(orphanLimit: Double, _ host: inout Host) throws {
        let expected = workers.reduce(Expectation.nothing) { $0 + $1.expectation(counter) }
        try run.comparison.require(
            expected, within: Comparison.repairLimit, of: [.lostNetwork, .lostEndpoint, .missing], &host)
        try run.comparison.require(expected, within: orphanLimit, &host)
        for worker in workers { try worker.checkContainers(counter) }
        guard run.daemon.records.setAside.isEmpty else {
            throw ChaosError("the daemon has set aside records: \(run.daemon.records.setAside)")
        }
    }

    /// Deletes all networks and expects that nothing remains.
    func finish(orphanLimit: Double, _ host: inout Host) throws {
        for worker in workers { try worker.finish() }
        try run.comparison.require(.nothing, within: orphanLimit, &host)
    }

    /// The number of refused calls by reason.
    var refusals: [String: Int] {
        workers.reduce(into: [:]) { sum, worker in sum.merge(worker.refusals, uniquingKeysWith: +) }
    }
}
