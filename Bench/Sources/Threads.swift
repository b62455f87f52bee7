import Glibc
import ServerTestKit
import Synchronization

/// Runs a closure on so many threads, each with its number, and returns when all are done; throws what one of them threw.
func onThreads(_ count: Int, _ body: @escaping @Sendable (Int) throws -> Void) throws {
    final class Work: Sendable {
        let number: Int
        let body: @Sendable (Int) throws -> Void
        let failure = Mutex<(any Error)?>(nil)

        init(_ number: Int, _ body: @escaping @Sendable (Int) throws -> Void) {
            self.number = number
            self.body = body
        }

        func run() {
            do { try body(number) } catch { failure.withLock { $0 = error } }
        }
    }

    var threads: [(id: pthread_t, work: Work)] = []
    for number in 0..<count {
        let work = Work(number, body)
        var thread = pthread_t()
        let argument = Unmanaged.passRetained(work)
        let failure = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            }, argument.toOpaque())
        guard failure == 0 else { throw CallError(call: "pthread_create", code: failure) }
        threads.append((thread, work))
    }
    for (id, _) in threads { pthread_join(id, nil) }
    for (_, work) in threads {
        if let failure = work.failure.withLock({ $0 }) { throw failure }
    }
}
