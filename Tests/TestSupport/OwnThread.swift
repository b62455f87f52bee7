import SystemCalls

/// Runs a blocking body on its own thread, because Swift's shared threads are few and the code under test needs them
/// too. The body stays part of the task, so that Swift Testing attributes its issues to the right test.
package func onOwnThread<Value: Sendable>(_ body: @Sendable () throws -> Value) async throws -> Value {
    try await withTaskExecutorPreference(OwnThreads()) { try body() }
}

/// Starts a body on its own thread and does not wait for it. The start does not depend on Swift's shared threads, all
/// of which other tests may occupy.
package func startOnOwnThread(_ body: @escaping @Sendable () -> Void) {
    Task(executorPreference: OwnThreads()) { body() }
}

/// Runs every job of a task on a new thread.
private final class OwnThreads: TaskExecutor {
    func enqueue(_ job: consuming ExecutorJob) {
        let (job, executor) = (UnownedJob(job), asUnownedTaskExecutor())
        do {
            try startThread(named: "test") { job.runSynchronously(on: executor) }
        } catch {
            preconditionFailure("\(error)")
        }
    }
}
