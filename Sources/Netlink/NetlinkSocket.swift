import CMNL
import FaultPoints
import Glibc
package import SystemCalls

/// An rtnetlink socket for requests, bound to the network namespace of the thread that opened it.
///
/// - Close-on-exec, so that no child inherits the right to change links.
/// - Connected to the kernel (port 0), which then refuses datagrams of other processes.
/// - Extended and capped acknowledgements and strict checking are on, or the socket is not opened: without them the
///   kernel would ignore what it does not understand.
/// - Sends and receives give up with `EAGAIN` after the time limit.
package struct NetlinkSocket: ~Copyable, DatagramTransport {
    private var socket: KernelSocket

    /// Opens a socket; the limit, which must not be zero, applies to each single send and receive.
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

    package mutating func send(_ datagram: [UInt8]) throws(SystemError) {
        // The kernel carries out the request within the call.
        FaultPoint.pass()
        try socket.send(datagram)
        FaultPoint.pass()
    }

    package mutating func receive() throws(SystemError) -> [UInt8] { try socket.receive().bytes }
}
