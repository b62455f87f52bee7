import SystemCalls
import TestSupport

/// Runs the body while another thread in the same network namespace repeats an action, at least once.
package func whileRepeating<Value>(
    _ action: @escaping @Sendable () throws -> Void, _ body: () throws -> Value
) throws -> Value {
    let isOver = try StopEvent()
    // A new thread inherits the network namespace of the thread that starts it.
    let thread = try Threads(1) { _ in
        repeat { try action() } while !isOver.isSet
    }
    let result = Result { try body() }
    isOver.set()
    try thread.join()
    return try result.get()
}
