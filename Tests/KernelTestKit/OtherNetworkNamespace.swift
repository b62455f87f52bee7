package import Netlink
package import RouteNetlink
import TestSupport

/// Another network namespace than the calling thread's, with a client in it.
package final class OtherNetworkNamespace {
    private let namespace: OpenNetworkNamespace
    /// A client in the namespace.
    package var client = RouteClient()

    package init() throws {
        namespace = try OpenNetworkNamespace()
        // The first request opens the client's socket, which stays in the namespace.
        try within { _ = try client.links() }
    }

    /// The open file by which links are moved into the namespace.
    package var descriptor: Int32 { namespace.descriptor }

    /// Runs the body in the namespace.
    package func within<Value>(_ body: () throws -> Value) throws -> Value { try namespace.within(body) }
}
