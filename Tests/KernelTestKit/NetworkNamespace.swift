import CTestSupport
package import Netlink
package import RouteNetlink
import TestSupport

/// Runs a body in a new network namespace, which has nothing but a loopback link that is down.
///
/// The namespace and its links go away with the body's thread. Sockets belong to the namespace in which they are opened.
package func withNetworkNamespace<Result: Sendable>(
    _ body: @Sendable () throws -> Result
) async throws -> Result {
    try await onOwnThread {
        try OpenNetworkNamespace.enterNew()
        return try body()
    }
}

/// Runs a body with a client in a new network namespace.
package func withNetworkNamespace<Result: Sendable>(
    _ body: @Sendable (_ client: inout RouteClient<NetlinkSocket>) throws -> Result
) async throws -> Result {
    try await withNetworkNamespace {
        var client = RouteClient()
        return try body(&client)
    }
}

/// Whether this process may create network namespaces, as root or under `unshare --map-root-user`.
package func canMakeNetworkNamespaces() async -> Bool {
    (try? await withNetworkNamespace {}) != nil
}

/// The thread ID, by which the kernel finds the calling thread's namespace like a process's.
package var currentThreadID: Int32 { current_thread_id() }

/// Opens the calling thread's network namespace for the body, which gets the file's descriptor.
package func withCurrentNamespaceFile<Result>(_ body: (_ descriptor: Int32) throws -> Result) throws -> Result {
    let namespace = try OpenNetworkNamespace.current()
    return try withExtendedLifetime(namespace) { try body(namespace.descriptor) }
}
