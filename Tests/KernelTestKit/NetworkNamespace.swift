package import Netlink
package import RouteNetlink
import TestSupport

/// Runs a body in a network namespace that exists for it alone: a loopback link, which is down, and nothing else.
///
/// The namespace belongs to the body's thread and goes with it, together with the links that the body creates. Sockets
/// belong to the namespace in which they are opened.
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

/// Whether this process may create network namespaces, as root, or as root by `unshare --map-root-user`.
package func canMakeNetworkNamespaces() async -> Bool { (try? await withNetworkNamespace {}) != nil }

/// Opens the calling thread's network namespace for the body, which gets the file's descriptor.
package func withCurrentNamespaceFile<Result>(_ body: (_ descriptor: Int32) throws -> Result) throws -> Result {
    let namespace = try OpenNetworkNamespace.current()
    return try withExtendedLifetime(namespace) { try body(namespace.descriptor) }
}
