package import Netlink
package import RouteNetlink
import TestSupport

/// A network namespace beside that of the calling thread, with a client of the kernel in it.
package final class OtherNetworkNamespace {
    private let namespace: OpenNetworkNamespace
    /// Asks the kernel within the namespace.
    package var client = RouteClient()

    package init() throws {
        namespace = try OpenNetworkNamespace()
        // The client's socket is opened with its first request, and stays where that was made.
        try within { _ = try client.links() }
    }

    /// The open file by which links are moved into the namespace.
    package var descriptor: Int32 { namespace.descriptor }

    /// Runs the body in the namespace.
    package func within<Value>(_ body: () throws -> Value) throws -> Value { try namespace.within(body) }
}
