import CPacketSocket
import Glibc
import NetworkTypes
package import SystemCalls

/// Memberships that a socket still needs. Another thread can join them, while the socket is in use.
package final class PendingMemberships: Sendable {
    /// The socket's second descriptor, so that it stays open.
    private let descriptor: Int32
    private let link: InterfaceIndex
    private let memberships: Set<Membership>

    init(_ memberships: Set<Membership>, on link: InterfaceIndex, of socket: Int32) throws(SystemError) {
        self.memberships = memberships
        self.link = link
        descriptor = try retryingOnInterrupt("fcntl(F_DUPFD_CLOEXEC)") { fcntl(socket, F_DUPFD_CLOEXEC, 0) }
    }

    deinit { close(descriptor) }

    /// Joins all of them; waits for the kernel's lock of all links with each. Throws `ENODEV` if the link is gone.
    package func join() throws(SystemError) {
        for membership in memberships {
            let result = withUnsafeBytes(of: membership.request(on: link)) {
                setsockopt(descriptor, SOL_PACKET, PACKET_ADD_MEMBERSHIP, $0.baseAddress, socklen_t($0.count))
            }
            guard result == 0 else { throw SystemError(call: "setsockopt(PACKET_ADD_MEMBERSHIP)") }
        }
    }
}
