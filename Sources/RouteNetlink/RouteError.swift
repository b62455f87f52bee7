package import Netlink
package import SystemCalls

/// A request about links, addresses or routes that failed: what was tried, on what, and why it did not happen.
package struct RouteError: Error, Hashable {
    /// What was tried, as a phrase with the names of the links: `create macvlan link "sv0123456789ab" on "eth0"`.
    package let operation: String
    package let cause: NetlinkError

    /// The kernel's error number when it was the kernel that refused.
    package var errno: Errno? { cause.errno }
}

extension RouteError: CustomStringConvertible {
    package var description: String { "\(operation): \(cause)" }
}
