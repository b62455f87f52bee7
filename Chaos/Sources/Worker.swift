import Synchronization
import TestSupport

/// One of several engines at once: makes calls about networks of its own, in their order and out of it, and keeps in mind
/// what was answered.
final class Worker: Sendable {
    private let state: Mutex<WorkerState>
    private let calls: WorkerCalls
    /// The networks that it makes and deletes, by their identifiers.
    let plans: [String: NetworkPlan]

    init(_ run: Run, _ weather: Weather, number: Int) {
        calls = WorkerCalls(client: run.client(), weather: weather)
        let state = WorkerState(run, number: number)
        plans = Dictionary(uniqueKeysWithValues: state.slots.map { ($0.plan.id, $0.plan) })
        self.state = Mutex(state)
    }

    /// Makes random calls until the time is over.
    func work(until isOver: () -> Bool) throws {
        var host = Host()
        try state.withLock { state in
            while !isOver() { try calls.makeOne(&state, &host) }
        }
    }

    /// What must be there, while nobody works.
    func expectation(_ weather: Weather) -> Expectation { state.withLock { $0.expectation(weather) } }

    /// Makes sure that the containers that nothing has happened to have their links.
    func checkContainers(_ weather: Weather) throws { try state.withLock { try $0.checkContainers(weather) } }

    /// Deletes all that it has made, at the end.
    func finish() throws { try state.withLock { try calls.deleteAll(&$0) } }

    /// How many calls were refused, by what they were refused with.
    var refusals: [String: Int] { state.withLock { $0.refusals } }
}
