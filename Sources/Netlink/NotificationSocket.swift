import CMNL
import Glibc

/// What the kernel tells of itself about links and routes, in the network namespace of the thread that opened it.
///
/// A socket of its own, apart from that for requests, whose answers must not stand in line behind notifications.
///
/// - What happens after `open` has returned is told, or shows as an overrun.
/// - Datagrams of other processes are passed over: root may send to the groups too (`netlink_allowed` in
///   net/netlink/af_netlink.c), and connecting does not keep that away (`do_one_broadcast`).
/// - Waiting ends when the signal is raised, and is interrupted when the bell is rung.
package struct NotificationSocket: ~Copyable, NotificationTransport {
    /// Room for some 2000 notifications about links, which take 4 KiB each in the kernel's account; it takes the memory
    /// only for what waits.
    package static let defaultBufferSize: Int32 = 4 << 20

    private var socket: KernelSocket
    private let stop: Signal
    private let bell: Bell?

    private init(_ socket: consuming KernelSocket, _ stop: Signal, _ bell: Bell?) {
        self.socket = socket
        self.stop = stop
        self.bell = bell
    }

    /// Opens a socket and subscribes to the groups; the size of the buffer is in bytes, of which the kernel's
    /// bookkeeping takes the larger part.
    package static func open(
        _ groups: [NotificationGroup], bufferSize: Int32 = defaultBufferSize, until stop: Signal, bell: Bell? = nil
    ) throws(SystemError) -> NotificationSocket {
        let socket = try KernelSocket.open()
        do throws(SystemError) {
            // Beyond the limit for everybody (`net.core.rmem_max`), which needs CAP_NET_ADMIN in the first user namespace.
            try socket.set(SOL_SOCKET, SO_RCVBUFFORCE, bufferSize)
        } catch {
            try socket.set(SOL_SOCKET, SO_RCVBUF, bufferSize)
        }
        for group in groups { try socket.set(SOL_NETLINK, Int32(NETLINK_ADD_MEMBERSHIP), group.rawValue) }
        return NotificationSocket(socket, stop, bell)
    }

    package mutating func receive() throws(SystemError) -> Reception {
        while !stop.isRaised {
            if let bell, bell.takeNotice() { return .rung }
            do throws(SystemError) {
                let datagram = try socket.receive(flags: Int32(MSG_DONTWAIT))
                if datagram.sender == 0 { return .datagram(datagram.bytes) }
            } catch {
                switch error.errno {
                case .tryAgain:
                    try waitForInput([socket.descriptor, stop.descriptor] + (bell.map { [$0.descriptor] } ?? []))
                case .noBufferSpace:
                    try discardAll()
                    return .overrun
                default: throw error
                }
            }
        }
        return .stopped
    }

    /// Throws away what waits, until there is nothing left.
    ///
    /// The kernel says once that it ran out of room, and then drops everything until the socket has been emptied,
    /// without a further word (`netlink_overrun` and `netlink_rcv_wake` in net/netlink/af_netlink.c). Only after that a
    /// look at the kernel can make up for what was lost.
    private mutating func discardAll() throws(SystemError) {
        while !stop.isRaised {
            do throws(SystemError) {
                _ = try socket.receive(flags: Int32(MSG_DONTWAIT))
            } catch {
                switch error.errno {
                case .tryAgain: return
                case .noBufferSpace: continue
                default: throw error
                }
            }
        }
    }
}
