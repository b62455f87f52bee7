import Glibc
import Synchronization

/// Threads that run a closure, each with its own index.
package struct Threads {
    private let threads: [pthread_t]
    private let failures = Failures()

    /// Starts the threads. `join` must be called; it throws what they throw.
    package init(_ count: Int, _ body: @escaping @Sendable (Int) throws -> Void) throws {
        threads = try (0..<count).map { [failures] number in
            try startThread {
                do { try body(number) } catch { failures.errors.withLock { $0.append(error) } }
            }
        }
    }

    /// Waits for all threads; throws the first error that one of them threw.
    package func join() throws {
        for thread in threads { pthread_join(thread, nil) }
        if let error = failures.errors.withLock({ $0.first }) { throw error }
    }

    private final class Failures: Sendable {
        let errors = Mutex<[any Error]>([])
    }
}

/// Runs a closure on several threads, each with its own index, and waits for them; throws the first error.
package func onThreads(_ count: Int, _ body: @escaping @Sendable (Int) throws -> Void) throws {
    try Threads(count, body).join()
}

/// Starts a POSIX thread, which must be joined or detached.
func startThread(_ body: @escaping @Sendable () -> Void) throws -> pthread_t {
    let argument = Unmanaged.passRetained(ThreadBody(run: body))
    var thread = pthread_t()
    let failure = pthread_create(
        &thread, nil,
        { argument in
            guard let argument else { return nil }
            Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue().run()
            return nil
        }, argument.toOpaque())
    guard failure == 0 else {
        argument.release()
        throw CallError(call: "pthread_create", code: failure)
    }
    return thread
}

private final class ThreadBody: Sendable {
    let run: @Sendable () -> Void

    init(run: @escaping @Sendable () -> Void) {
        self.run = run
    }
}
