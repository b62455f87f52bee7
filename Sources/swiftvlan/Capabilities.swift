import CCapabilities
import Glibc
import SystemCalls

/// The reason why the daemon cannot drop its capabilities.
struct CapabilityError: Error, CustomStringConvertible {
    let description: String
}

enum Capabilities {
    /// Drops every capability except CAP_NET_ADMIN, the only one that the daemon needs.
    ///
    /// A managed plugin also has the capabilities of any container, and a daemon started by root has all of them.
    /// Capabilities belong to a thread, so call this before a second thread starts.
    static func keepNetAdminOnly() throws(CapabilityError) {
        guard keep_only_capabilities(net_admin_capability) == 0 else {
            let reason = Errno.current.text
            throw CapabilityError(
                description: "cannot drop capabilities other than CAP_NET_ADMIN: \(reason); allow capset(2)")
        }
    }
}
