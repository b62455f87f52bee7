import Glibc

/// Runs something that blocks on a thread of its own, because Swift's shared threads are few and the code under test
/// needs them too. It stays part of the task, so that what it finds is put down to the right test.
package func onOwnThread<Value: Sendable>(
    _ body: @escaping @Sendable () throws -> Value
) async throws -> Value {
    try await withTaskExecutorPreference(OwnThreads()) { try body() }
}

/// Starts something on a thread of its own and does not wait for it: when it begins does not hang on whether other tests
/// hold all of Swift's shared threads.
package func startOnOwnThread(_ body: @escaping @Sendable () -> Void) {
    Task(executorPreference: OwnThreads()) { body() }
}

/// Runs every piece of a task on a new thread.
private final class OwnThreads: TaskExecutor {
    private final class Work: Sendable {
        let job: UnownedJob
        let executor: UnownedTaskExecutor

        init(_ job: UnownedJob, _ executor: UnownedTaskExecutor) {
            self.job = job
            self.executor = executor
        }
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let work = Unmanaged.passRetained(Work(UnownedJob(job), asUnownedTaskExecutor()))
        var thread = pthread_t()
        let failure = pthread_create(
            &thread, nil,
            { pointer in
                guard let pointer else { return nil }
                let work = Unmanaged<Work>.fromOpaque(pointer).takeRetainedValue()
                work.job.runSynchronously(on: work.executor)
                return nil
            }, work.toOpaque())
        precondition(failure == 0, "there is no thread to be had")
        pthread_detach(thread)
    }
}

/// Waits until something is so, looking every 10 ms; false when it still is not after a minute, or another limit.
package func eventually(within seconds: Double = 60, _ condition: () throws -> Bool) rethrows -> Bool {
    for _ in 0..<Int(seconds * 100) {
        if try condition() { return true }
        usleep(10_000)
    }
    return try condition()
}

/// A call of the C library that failed.
package struct CallError: Error, CustomStringConvertible {
    package let call: String
    package let code: Int32

    package init(call: String, code: Int32 = errno) {
        self.call = call
        self.code = code
    }

    package var description: String { "\(call): \(String(cString: strerror(code)))" }
}
