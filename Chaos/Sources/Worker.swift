import Synchronization
import TestSupport

/// Acts as one of several engines: makes calls about its own networks, in and out of order, and records the answers.
final class Worker: Sendable {
    private let state: Mutex<WorkerState>
    private let calls: WorkerCalls
    /// Its networks by identifier.
    let plans: [String: NetworkPlan]

    init(_ run: Run, _ counter: DisturbanceCounter, number: Int) {
        calls = WorkerCalls(client: run.client(), counter: counter)
        let state = WorkerState(run, number: number)
        plans = Dictionary(uniqueKeysWithValues: state.slots.map { ($0.plan.id, $0.plan) })
        self.state = Mutex(state)
    }

    /// Makes random calls until `isOver` returns true.
    func work(until isOver: () -> Bool) throws {
        var host = Host()
        try state.withLock { state in
            while !isOver() { try calls.makeOne(&state, &host) }
        }
    }

    /// The state to expect between rounds.
    func expectation(_ counter: DisturbanceCounter) -> Expectation { state.withLock { $0.expectation(counter) } }

    /// Expects undisturbed containers to have their links.
    func checkContainers(_ counter: DisturbanceCounter) throws {
        try state.withLock { try $0.checkContainers(counter) }
    }

    /// Deletes all its networks.
    func finish() throws { try state.withLock { try calls.deleteAll(&$0) } }

    /// The number of refused calls by reason.
    var refusals: [String: Int] { state.withLock { $0.refusals } }
}
