package import Netlink
package import RouteNetlink
import TestSupport

/// Runs a body in a new network namespace, which contains only a loopback link that is down.
///
/// The namespace belongs to the body's thread and is destroyed with it, together with the links that the body creates.
/// A socket belongs to the namespace in which it is opened.
package func withNetworkNamespace<Result: Sendable>(_ body: @Sendable () throws -> Result) async throws -> Result {
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

/// Returns whether this process may create network namespaces, as root or through `unshare --map-root-user`.
package func canMakeNetworkNamespaces() async -> Bool { (try? await withNetworkNamespace {}) != nil }

/// Opens the calling thread's network namespace and passes the file descriptor to the body.
package func withCurrentNamespaceFile<Result>(_ body: (_ descriptor: Int32) throws -> Result) throws -> Result {
    let namespace = try OpenNetworkNamespace.current()
    return try withExtendedLifetime(namespace) { try body(namespace.descriptor) }
}
