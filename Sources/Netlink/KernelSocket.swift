import CMNL
import Glibc
import SystemCalls

/// An rtnetlink socket, for requests or for notifications.
///
/// It is close-on-exec, so that no child inherits the right to change links.
struct KernelSocket: ~Copyable {
    /// A datagram and the port of its sender; the kernel's port is 0.
    struct Datagram {
        let bytes: [UInt8]
        let sender: UInt32
    }

    /// The most that the kernel puts into one datagram of a dump. It learns from the size of the buffers that a program
    /// offers how much one may hold (`netlink_recvmsg` in net/netlink/af_netlink.c).
    private static let largestAnswer = 32768

    private let socket: OpaquePointer
    let descriptor: Int32
    private var buffer: [UInt8]

    private init(_ socket: OpaquePointer) {
        self.socket = socket
        descriptor = mnl_socket_get_fd(socket)
        buffer = Array(repeating: 0, count: Self.largestAnswer)
    }

    /// Opens a socket with a port that the kernel chooses.
    static func open() throws(SystemError) -> KernelSocket {
        guard let opened = mnl_socket_open2(NETLINK_ROUTE, Int32(SOCK_CLOEXEC.rawValue)) else {
            throw SystemError(call: "socket(AF_NETLINK)")
        }
        let socket = KernelSocket(opened)
        let automaticPortID: pid_t = 0
        guard mnl_socket_bind(socket.socket, 0, automaticPortID) == 0 else {
            throw SystemError(call: "bind(AF_NETLINK)")
        }
        return socket
    }

    deinit { mnl_socket_close(socket) }

    /// Makes the kernel refuse datagrams that other processes send to this socket's port (`ECONNREFUSED`,
    /// `netlink_getsockbyportid` in net/netlink/af_netlink.c).
    func connectToKernel() throws(SystemError) {
        var kernel = sockaddr_nl()
        kernel.nl_family = sa_family_t(AF_NETLINK)
        let result = withUnsafePointer(to: kernel) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_nl>.size))
            }
        }
        guard result == 0 else { throw SystemError(call: "connect(AF_NETLINK)") }
    }

    func set<Value: BitwiseCopyable>(_ level: Int32, _ option: Int32, _ value: Value) throws(SystemError) {
        let result = withUnsafeBytes(of: value) {
            setsockopt(descriptor, level, option, $0.baseAddress, socklen_t($0.count))
        }
        guard result == 0 else { throw SystemError(call: "setsockopt(AF_NETLINK, \(option))") }
    }

    func send(_ datagram: [UInt8]) throws(SystemError) {
        try retryingOnInterrupt("send(AF_NETLINK)") { Glibc.send(descriptor, datagram, datagram.count, 0) }
    }

    /// Receives one whole datagram of any length.
    mutating func receive(flags: Int32 = 0) throws(SystemError) -> Datagram {
        // With MSG_TRUNC the kernel returns the datagram's real length, however small the buffer is.
        let peek = Int32(MSG_PEEK) | Int32(MSG_TRUNC) | flags
        let length = try retryingOnInterrupt("recv(AF_NETLINK)") { recv(descriptor, nil, 0, peek) }
        if length > buffer.count { buffer = Array(repeating: 0, count: length) }
        var address = sockaddr_nl()
        let received = try retryingOnInterrupt("recv(AF_NETLINK)") {
            withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    var size = socklen_t(MemoryLayout<sockaddr_nl>.size)
                    return recvfrom(descriptor, &buffer, buffer.count, flags, $0, &size)
                }
            }
        }
        return Datagram(bytes: Array(buffer[..<received]), sender: address.nl_pid)
    }
}
