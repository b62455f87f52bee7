import Synchronization
import SystemCalls

/// Threads that run a closure, each with its number.
package struct Threads {
    private let ends: [StopEvent]
    private let failures = Failures()

    /// Starts the threads. The caller must call `join`, which throws their first error.
    package init(_ count: Int, _ body: @escaping @Sendable (Int) throws -> Void) throws {
        ends = try (0..<count).map { [failures] number in
            let end = try StopEvent()
            try startThread(named: "test") {
                do { try body(number) } catch { failures.errors.withLock { $0.append(error) } }
                end.set()
            }
            return end
        }
    }

    /// Waits for all threads. Throws the first error that one of them threw.
    package func join() throws {
        for end in ends { end.wait() }
        if let error = failures.errors.withLock({ $0.first }) { throw error }
    }

    private final class Failures: Sendable {
        let errors = Mutex<[any Error]>([])
    }
}

/// Runs a closure on several threads, each with its number, and waits for them. Throws the first error of a thread.
package func onThreads(_ count: Int, _ body: @escaping @Sendable (Int) throws -> Void) throws {
    try Threads(count, body).join()
}
