import CCapabilities
import Glibc
import SystemCalls

/// Why the daemon cannot give up its rights.
struct CapabilityError: Error, CustomStringConvertible {
    let description: String
}

enum Capabilities {
    /// Gives up every right but CAP_NET_ADMIN, which is all that the daemon needs, however it was started: a managed
    /// plugin gets those of any container too, and root's daemon has them all. To be called while there is one thread,
    /// since each has its own.
    static func keepNetAdminOnly() throws(CapabilityError) {
        guard keep_only_capabilities(net_admin_capability) == 0 else {
            throw CapabilityError(
                description: "the capabilities beside CAP_NET_ADMIN cannot be given up: \(Errno.current.text); allow "
                    + "capset(2)")
        }
    }
}
