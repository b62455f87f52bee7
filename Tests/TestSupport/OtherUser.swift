import CTestSupport
import Glibc

/// Runs the body as the user nobody, in one group. The calling thread must be one of root, and no other task's
/// (`onOwnThread`).
package func asNobody<Value>(inGroup group: UInt32 = 65534, _ body: () throws -> Value) throws -> Value {
    guard set_thread_group(group) == 0, set_thread_user(65534) == 0 else { throw CallError(call: "setresuid") }
    defer {
        _ = set_thread_user(0)
        _ = set_thread_group(0)
    }
    return try body()
}
