import DriverCore
import DriverTestKit
import Glibc
import TestSupport
import Testing

@testable import StateStore

@Suite("Kills at any step of the store")
struct KillTests {
    @Test("A killed daemon leaves the old record or the new one, and every answered change", .timeLimit(.minutes(20)))
    func everyStep() async throws {
        let whole = try await Run(killedAt: 0)
        #expect(whole.passages > 30)
        for step in 1...whole.passages {
            let run = try await Run(killedAt: step)
            let answered = Run.operations.prefix(run.answers).reduce(StoredState()) { $0.after($1) }
            let underWay = run.answers < Run.operations.count ? answered.after(Run.operations[run.answers]) : answered
            let store = try run.place.open()
            let found = try store.load()
            #expect([answered, underWay].contains(found), "killed at step \(step) after \(run.answers) answers")
            let strangers = try run.place.names.filter { !$0.hasSuffix(".json") }
            #expect(strangers.isEmpty, "killed at step \(step)")
        }
    }
}

/// A process whose store carries out the same operations every time.
private struct Run {
    static var operations: [StoreOperation] {
        var models = RandomModels(seed: 5)
        return [
            .save(models.network(id: .first)), .saveEndpoint(models.endpoint(id: .web)),
            .save(models.network(id: .first)), .removeEndpoint(.web), .remove(.first),
        ]
    }

    let place: StoreFixture
    /// The number of steps that the process passed.
    let passages: UInt64
    /// The number of calls that returned.
    let answers: Int

    init(killedAt step: UInt64) async throws {
        place = try StoreFixture(inMemory: true)
        let answersPath = "\(place.state).answers"
        let faults = try FaultFile(path: "\(place.state).faults")
        faults.killAt = step
        try writeFile(answersPath, [])
        await #expect(processExitsWith: step == 0 ? .success : .signal(SIGKILL)) {
            [
                state = place.state as String, runtime = place.runtime as String, faults = faults.path as String,
                answers = answersPath as String
            ] in
            setenv(FaultFile.variable, faults, 1)
            let log = open(answers, O_WRONLY | O_APPEND | O_CLOEXEC)
            let store = try FileStateStore.open(stateDirectory: state, runtimeDirectory: runtime)
            for operation in Run.operations {
                try operation.carryOut(with: store)
                write(log, ".", 1)
            }
        }
        passages = faults.passages
        answers = try readTextFile(answersPath).utf8.count
    }
}
