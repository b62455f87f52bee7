import CMNL
import FaultPoints
import Glibc

/// A connection of the kernel's rtnetlink, bound to the network namespace of the thread that opened it.
///
/// - Close-on-exec, so that no child inherits the right to change links.
/// - Connected to the kernel (port 0): datagrams of other processes are refused by the kernel itself.
/// - Extended and capped acknowledgements and strict checking are on, or the socket is not opened: without them the
///   kernel would ignore what it does not understand.
/// - Sends and receives give up with `EAGAIN` after the time limit.
package struct NetlinkSocket: ~Copyable, DatagramTransport {
    private let socket: OpaquePointer
    private let descriptor: Int32
    private var buffer: [UInt8]

    private init(_ socket: OpaquePointer) {
        self.socket = socket
        descriptor = mnl_socket_get_fd(socket)
        buffer = Array(repeating: 0, count: 8192)
    }

    /// Opens a socket; the limit is in seconds and holds for each single send and receive.
    package static func open(timeLimit: Int = 10) throws(SystemError) -> NetlinkSocket {
        guard let opened = mnl_socket_open2(NETLINK_ROUTE, Int32(SOCK_CLOEXEC.rawValue)) else {
            throw SystemError(call: "socket(AF_NETLINK)", errno: .current)
        }
        let socket = NetlinkSocket(opened)
        let automaticPortID: pid_t = 0
        guard mnl_socket_bind(socket.socket, 0, automaticPortID) == 0 else {
            throw SystemError(call: "bind(AF_NETLINK)", errno: .current)
        }
        try socket.connectToKernel()
        for option in [NETLINK_EXT_ACK, NETLINK_CAP_ACK, NETLINK_GET_STRICT_CHK] {
            try socket.set(SOL_NETLINK, Int32(option), Int32(1))
        }
        let limit = timeval(tv_sec: timeLimit, tv_usec: 0)
        try socket.set(SOL_SOCKET, SO_RCVTIMEO, limit)
        try socket.set(SOL_SOCKET, SO_SNDTIMEO, limit)
        return socket
    }

    deinit {
        mnl_socket_close(socket)
    }

    package mutating func send(_ datagram: [UInt8]) throws(SystemError) {
        // The kernel carries the request out within the call.
        FaultPoint.pass()
        try retryingOnInterrupt("send(AF_NETLINK)") { Glibc.send(descriptor, datagram, datagram.count, 0) }
        FaultPoint.pass()
    }

    package mutating func receive() throws(SystemError) -> [UInt8] {
        // With MSG_TRUNC the kernel tells the datagram's real length, however small the space is.
        let peek = Int32(MSG_PEEK) | Int32(MSG_TRUNC)
        let length = try retryingOnInterrupt("recv(AF_NETLINK)") { recv(descriptor, nil, 0, peek) }
        if length > buffer.count { buffer = Array(repeating: 0, count: length) }
        let received = try retryingOnInterrupt("recv(AF_NETLINK)") { recv(descriptor, &buffer, buffer.count, 0) }
        return Array(buffer[..<received])
    }

    private func connectToKernel() throws(SystemError) {
        var kernel = sockaddr_nl()
        kernel.nl_family = sa_family_t(AF_NETLINK)
        let result = withUnsafePointer(to: kernel) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_nl>.size))
            }
        }
        guard result == 0 else { throw SystemError(call: "connect(AF_NETLINK)", errno: .current) }
    }

    private func set<Value: BitwiseCopyable>(_ level: Int32, _ option: Int32, _ value: Value) throws(SystemError) {
        let result = withUnsafeBytes(of: value) {
            setsockopt(descriptor, level, option, $0.baseAddress, socklen_t($0.count))
        }
        guard result == 0 else { throw SystemError(call: "setsockopt(AF_NETLINK, \(option))", errno: .current) }
    }
}

/// Runs a system call again as long as a signal interrupts it; its result is never negative.
@discardableResult
private func retryingOnInterrupt(_ call: String, _ body: () -> Int) throws(SystemError) -> Int {
    while true {
        let result = body()
        if result >= 0 { return result }
        let errno = Errno.current
        guard errno == .interrupted else { throw SystemError(call: call, errno: errno) }
    }
}
