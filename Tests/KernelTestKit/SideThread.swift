import Glibc
import Synchronization

/// Runs the body while another thread, in the same network namespace, repeats an action; at least once.
package func whileRepeating<Result>(
    _ action: @escaping @Sendable () throws -> Void,
    _ body: () throws -> Result
) throws -> Result {
    let loop = Loop(action)
    var thread = pthread_t()
    // A new thread is in the network namespace of the one that makes it.
    let code = pthread_create(&thread, nil, { runLoop($0) }, Unmanaged.passRetained(loop).toOpaque())
    guard code == 0 else { throw TestSetupError(call: "pthread_create", errno: code) }
    let result = Swift.Result { try body() }
    loop.isOver.store(true, ordering: .releasing)
    pthread_join(thread, nil)
    if let error = loop.failure.withLock({ $0 }) { throw error }
    return try result.get()
}

private final class Loop: Sendable {
    let isOver = Atomic(false)
    let failure = Mutex<(any Error)?>(nil)
    private let action: @Sendable () throws -> Void

    init(_ action: @escaping @Sendable () throws -> Void) {
        self.action = action
    }

    func run() {
        do {
            repeat { try action() } while !isOver.load(ordering: .acquiring)
        } catch {
            failure.withLock { $0 = error }
        }
    }
}

private func runLoop(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument else { return nil }
    Unmanaged<Loop>.fromOpaque(argument).takeRetainedValue().run()
    return nil
}
