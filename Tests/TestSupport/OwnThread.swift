import Glibc

/// Runs a blocking body on its own thread, because Swift's few shared threads are needed by the code under test. The body
/// stays part of the task, so that Swift Testing attributes its issues to the right test.
package func onOwnThread<Value: Sendable>(_ body: @Sendable () throws -> Value) async throws -> Value {
    try await withTaskExecutorPreference(OwnThreads()) { try body() }
}

/// Starts a body on its own thread without waiting, even if other tests block all of Swift's shared threads.
package func startOnOwnThread(_ body: @escaping @Sendable () -> Void) {
    Task(executorPreference: OwnThreads()) { body() }
}

/// Runs every job of a task on a new thread.
private final class OwnThreads: TaskExecutor {
    func enqueue(_ job: consuming ExecutorJob) {
        let (job, executor) = (UnownedJob(job), asUnownedTaskExecutor())
        do {
            pthread_detach(try startThread { job.runSynchronously(on: executor) })
        } catch {
            preconditionFailure("\(error)")
        }
    }
}
