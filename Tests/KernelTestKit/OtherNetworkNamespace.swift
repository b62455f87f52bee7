import CTestSupport
import Glibc
package import Netlink
package import RouteNetlink

/// A network namespace beside that of the calling thread, which stays in its own; it is there as long as this value,
/// and the links in it go with it.
package final class OtherNetworkNamespace {
    /// The open file by which links are moved there.
    package let descriptor: Int32
    /// Asks the kernel within it.
    package var client = RouteClient()

    package init() throws {
        descriptor = try withCurrentNamespaceFile { home in
            try enterAnotherNetworkNamespace()
            defer { precondition(enter_network_namespace(home) == 0, "a test cannot go back to its namespace") }
            return try withCurrentNamespaceFile { dup($0) }
        }
        // The client's socket is opened with its first request, and stays where that was made.
        try within { _ = try client.links() }
    }

    /// Runs the body in this namespace.
    package func within<Result>(_ body: () throws -> Result) throws -> Result {
        try withCurrentNamespaceFile { home in
            guard enter_network_namespace(descriptor) == 0 else { throw TestSetupError(call: "setns", errno: errno) }
            defer { precondition(enter_network_namespace(home) == 0, "a test cannot go back to its namespace") }
            return try body()
        }
    }

    deinit {
        close(descriptor)
    }
}
