import CTestSupport
import Glibc
import Synchronization

/// Runs every job on a thread of its own, in a network namespace of its own; both are gone when the job is done.
///
/// A network namespace belongs to a thread, so that the body of a test must not leave the thread that entered it. As a
/// job of an executor it does not, and is still part of the task that the testing library knows it by.
final class NetworkNamespaceThread: TaskExecutor {
    private let failure = Mutex<Int32>(0)

    /// The error number with which the last job failed to get its namespace, or 0.
    var lastFailure: Int32 { failure.withLock { $0 } }

    func enqueue(_ job: consuming ExecutorJob) {
        let work = Unmanaged.passRetained(Work(job: UnownedJob(job), executor: self))
        var thread = pthread_t()
        let result = pthread_create(&thread, nil, { run($0) }, work.toOpaque())
        precondition(result == 0, "no thread for a test: \(String(cString: strerror(result)))")
        pthread_detach(thread)
    }

    fileprivate func perform(_ job: UnownedJob) {
        let entered = enter_new_network_namespace() == 0
        let number = entered ? 0 : errno
        failure.withLock { $0 = number }
        job.runSynchronously(on: asUnownedTaskExecutor())
    }
}

private final class Work: Sendable {
    let job: UnownedJob
    let executor: NetworkNamespaceThread

    init(job: UnownedJob, executor: NetworkNamespaceThread) {
        self.job = job
        self.executor = executor
    }
}

private func run(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument else { return nil }
    let work = Unmanaged<Work>.fromOpaque(argument).takeRetainedValue()
    work.executor.perform(work.job)
    return nil
}
