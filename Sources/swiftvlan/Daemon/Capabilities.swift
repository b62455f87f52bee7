import CCapabilities
import Glibc
import SystemCalls

/// The reason why the daemon cannot drop its capabilities.
struct CapabilityError: Error, CustomStringConvertible {
    let description: String
}

/// The capabilities of the daemon: CAP_NET_ADMIN for links and routes, and CAP_NET_RAW for packet sockets.
struct Capabilities {
    /// Whether the daemon may open packet sockets, through which it checks for conflicts and announces addresses.
    let canUseLAN: Bool

    /// What the log says once if the daemon starts without CAP_NET_RAW.
    static let noLAN = """
        CAP_NET_RAW is missing, so conflicts are not checked and addresses are not announced; to change that, start \
        the daemon with it, for a service by AmbientCapabilities= and CapabilityBoundingSet=
        """

    /// Drops every capability except CAP_NET_ADMIN and, if the daemon has it, CAP_NET_RAW.
    ///
    /// A managed plugin also has the capabilities of any container, and a daemon started by root has all of them.
    /// Capabilities belong to a thread, so call this before a second thread starts.
    static func keepNeeded() throws(CapabilityError) -> Capabilities {
        var held: UInt64 = 0
        guard keep_only_capabilities(net_admin_capability | net_raw_capability, &held) == 0 else {
            let reason = Errno.current.text
            throw CapabilityError(
                description: """
                    cannot drop capabilities other than CAP_NET_ADMIN and CAP_NET_RAW: \(reason); allow capset(2)
                    """)
        }
        return Capabilities(canUseLAN: held & net_raw_capability != 0)
    }
}
