import Glibc
import Synchronization

/// Threads that run a closure, each with its number.
package struct Threads {
    private var threads: [(id: pthread_t, work: NumberedWork)] = []

    /// Starts them; what they throw comes with `join`, which must be called.
    package init(_ count: Int, _ body: @escaping @Sendable (Int) throws -> Void) throws {
        for number in 0..<count {
            let work = NumberedWork(number, body)
            var thread = pthread_t()
            let argument = Unmanaged.passRetained(work)
            let failure = pthread_create(
                &thread, nil,
                { argument in
                    guard let argument else { return nil }
                    Unmanaged<NumberedWork>.fromOpaque(argument).takeRetainedValue().run()
                    return nil
                }, argument.toOpaque())
            guard failure == 0 else { throw CallError(call: "pthread_create", code: failure) }
            threads.append((thread, work))
        }
    }

    /// Returns when all are done; throws what one of them threw.
    package func join() throws {
        for (id, _) in threads { pthread_join(id, nil) }
        for (_, work) in threads {
            if let failure = work.failure.withLock({ $0 }) { throw failure }
        }
    }
}

/// Runs a closure on so many threads, each with its number, and returns when all are done; throws what one of them threw.
package func onThreads(_ count: Int, _ body: @escaping @Sendable (Int) throws -> Void) throws {
    try Threads(count, body).join()
}

private final class NumberedWork: Sendable {
    let failure = Mutex<(any Error)?>(nil)
    private let number: Int
    private let body: @Sendable (Int) throws -> Void

    init(_ number: Int, _ body: @escaping @Sendable (Int) throws -> Void) {
        self.number = number
        self.body = body
    }

    func run() {
        do { try body(number) } catch { failure.withLock { $0 = error } }
    }
}
