package import Netlink
package import RouteNetlink
import TestSupport

/// A network namespace other than the calling thread's, with a client in it.
package final class OtherNetworkNamespace {
    private let namespace: OpenNetworkNamespace
    /// The client, whose requests apply to this namespace.
    package var client = RouteClient()

    package init() throws {
        namespace = try OpenNetworkNamespace()
        // The client opens its socket with this first request, and the socket stays in the namespace.
        try within { _ = try client.links() }
    }

    /// The namespace as an open file, for moving links into it.
    package var descriptor: Int32 { namespace.descriptor }

    /// Runs the body in the namespace.
    package func within<Value: ~Copyable>(_ body: () throws -> Value) throws -> Value { try namespace.within(body) }
}
