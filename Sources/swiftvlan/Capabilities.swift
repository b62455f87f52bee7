import CCapabilities
import Glibc
import SystemCalls

/// Why the daemon cannot drop its capabilities.
struct CapabilityError: Error, CustomStringConvertible {
    let description: String
}

enum Capabilities {
    /// Drops every capability but CAP_NET_ADMIN, which is all that the daemon needs: a managed plugin also has those of
    /// any container, and a daemon started by root has all. Capabilities belong to a thread, so call this before the
    /// second one starts.
    static func keepNetAdminOnly() throws(CapabilityError) {
        guard keep_only_capabilities(net_admin_capability) == 0 else {
            let reason = Errno.current.text
            throw CapabilityError(
                description: "cannot drop capabilities other than CAP_NET_ADMIN: \(reason); allow capset(2)")
        }
    }
}
