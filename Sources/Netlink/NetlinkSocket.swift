import CMNL
import FaultPoints
import Glibc
package import SystemCalls

/// An rtnetlink socket for requests, bound to the network namespace of the thread that opened it.
///
/// - The socket is close-on-exec, so that no child inherits the right to change links.
/// - It is connected to the kernel (port 0), which then refuses datagrams from other processes.
/// - Extended and capped acknowledgements and strict checking are on; if the kernel lacks one of them, the socket is
///   not opened. Without them the kernel would ignore parts of requests that it does not understand.
/// - Sends and receives fail with `EAGAIN` after the time limit.
package struct NetlinkSocket: ~Copyable, DatagramTransport {
    private var socket: KernelSocket

    /// Opens a socket. `timeLimit`, which must not be zero, applies to each send and receive.
    package static func open(timeLimit: Duration = .seconds(10)) throws(SystemError) -> NetlinkSocket {
        let socket = try KernelSocket.open()
        try socket.connectToKernel()
        for option in [NETLINK_EXT_ACK, NETLINK_CAP_ACK, NETLINK_GET_STRICT_CHK] {
            try socket.set(SOL_NETLINK, Int32(option), Int32(1))
        }
        let (seconds, attoseconds) = timeLimit.components
        let limit = timeval(tv_sec: Int(seconds), tv_usec: Int(attoseconds / 1_000_000_000_000))
        try socket.set(SOL_SOCKET, SO_RCVTIMEO, limit)
        try socket.set(SOL_SOCKET, SO_SNDTIMEO, limit)
        return NetlinkSocket(socket: socket)
    }

    /// The port that the kernel names in the notifications about what this socket requested (`nlmsg_pid`).
    package var portID: UInt32 { socket.portID }

    package mutating func send(_ datagram: [UInt8]) throws(SystemError) {
        // The kernel carries out the request before this call returns.
        FaultPoint.pass()
        try socket.send(datagram)
        FaultPoint.pass()
    }

    package mutating func receive() throws(SystemError) -> [UInt8] { try socket.receive().bytes }
}
