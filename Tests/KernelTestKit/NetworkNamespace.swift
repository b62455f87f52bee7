import CTestSupport
import Glibc

/// A system call that a test needs and did not get.
package struct TestSetupError: Error, CustomStringConvertible {
    let call: String
    let errno: Int32

    package var description: String { "\(call): \(String(cString: strerror(errno)))" }
}

/// Runs a body in a network namespace that exists for it alone: a loopback link, which is down, and nothing else.
///
/// Sockets belong to the namespace in which they are opened. Links that a body makes go with the namespace.
package func withNetworkNamespace<Result: Sendable>(
    _ body: @Sendable () throws -> Result
) async throws -> Result {
    let thread = NetworkNamespaceThread()
    return try await withTaskExecutorPreference(thread) {
        guard thread.lastFailure == 0 else {
            throw TestSetupError(call: "unshare(CLONE_NEWNET)", errno: thread.lastFailure)
        }
        return try body()
    }
}

/// Leaves the namespace of a body for another new one, so that a test has two: what it opened before stays there.
package func enterAnotherNetworkNamespace() throws {
    guard enter_new_network_namespace() == 0 else {
        throw TestSetupError(call: "unshare(CLONE_NEWNET)", errno: errno)
    }
}

/// Whether this process may make network namespaces; root may, and whoever `unshare --map-root-user` made root.
package func canMakeNetworkNamespaces() async -> Bool {
    (try? await withNetworkNamespace {}) != nil
}

/// The number by which the kernel finds the calling thread's namespace, as it does a process's.
package var currentThreadID: Int32 { current_thread_id() }

/// Opens the calling thread's network namespace for the body, which gets the file's descriptor.
package func withCurrentNamespaceFile<Result>(_ body: (_ descriptor: Int32) throws -> Result) throws -> Result {
    let descriptor = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw TestSetupError(call: "open(/proc/thread-self/ns/net)", errno: errno) }
    defer { close(descriptor) }
    return try body(descriptor)
}
