import Synchronization

/// The netlink ports from which a host sends the driver's requests.
///
/// The kernel names the port of the requester in its notifications about routes, so that the monitor recognizes those that
/// echo the driver's own changes.
package final class RequestPorts: Sendable {
    private let known = Mutex<Set<UInt32>>([])

    package init() {}

    /// Adds the port of a new socket. A port whose socket was closed stays: the kernel chooses ports at random
    /// (`netlink_autobind` in net/netlink/af_netlink.c).
    func add(_ port: UInt32) { known.withLock { _ = $0.insert(port) } }

    var all: Set<UInt32> { known.withLock { $0 } }
}
