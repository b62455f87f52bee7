import CMNL
import Glibc
package import SystemCalls

/// A subscription to the kernel's notifications, in the network namespace of the thread that opened it.
///
/// It is apart from the socket for requests, whose answers must not queue behind notifications.
///
/// - What happens after `open` has returned is received, or shows as an overrun.
/// - Datagrams of other processes are skipped: root may send to the groups too (`netlink_allowed` in
///   net/netlink/af_netlink.c), and connecting does not keep that away (`do_one_broadcast`).
/// - The stop event ends a wait, and the wakeup interrupts it.
package struct NotificationSocket: ~Copyable, NotificationTransport {
    /// Room for some 2000 notifications about links, each of which the kernel accounts as 4 KiB; it takes the memory
    /// only for what waits.
    package static let defaultBufferSize: Int32 = 4 << 20

    private var socket: KernelSocket
    private let stop: StopEvent
    private let wakeup: Wakeup?

    private init(_ socket: consuming KernelSocket, _ stop: StopEvent, _ wakeup: Wakeup?) {
        self.socket = socket
        self.stop = stop
        self.wakeup = wakeup
    }

    /// Opens a socket and subscribes to the groups; the size of the buffer is in bytes, of which the kernel's
    /// bookkeeping takes the larger part.
    package static func open(
        _ groups: [NotificationGroup], bufferSize: Int32 = defaultBufferSize, until stop: StopEvent,
        wakeup: Wakeup? = nil
    ) throws(SystemError) -> NotificationSocket {
        let socket = try KernelSocket.open()
        do throws(SystemError) {
            // Beyond the limit for everybody (`net.core.rmem_max`), which needs CAP_NET_ADMIN in the first user namespace.
            try socket.set(SOL_SOCKET, SO_RCVBUFFORCE, bufferSize)
        } catch {
            try socket.set(SOL_SOCKET, SO_RCVBUF, bufferSize)
        }
        for group in groups { try socket.set(SOL_NETLINK, Int32(NETLINK_ADD_MEMBERSHIP), group.rawValue) }
        return NotificationSocket(socket, stop, wakeup)
    }

    package mutating func receive() throws(SystemError) -> MonitorEvent {
        while !stop.isSet {
            if let wakeup, wakeup.take() { return .woken }
            do throws(SystemError) {
                let datagram = try socket.receive(flags: Int32(MSG_DONTWAIT))
                if datagram.sender == 0 { return .datagram(datagram.bytes) }
            } catch {
                switch error.errno {
                case .tryAgain:
                    try waitForInput([socket.descriptor, stop.descriptor] + (wakeup.map { [$0.descriptor] } ?? []))
                case .noBufferSpace:
                    try discardAll()
                    return .overrun
                default: throw error
                }
            }
        }
        return .stopped
    }

    /// Discards queued notifications until there are none left.
    ///
    /// The kernel reports once that it ran out of room, and then silently drops everything until the socket has been
    /// emptied (`netlink_overrun` and `netlink_rcv_wake` in net/netlink/af_netlink.c). Only reading the kernel's tables
    /// after that makes up for what was lost.
    private mutating func discardAll() throws(SystemError) {
        while !stop.isSet {
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

/// A group of notifications: `RTNLGRP_…` (linux/rtnetlink.h).
package struct NotificationGroup: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package static let links = NotificationGroup(rawValue: UInt32(RTNLGRP_LINK.rawValue))
    package static let ipv4Routes = NotificationGroup(rawValue: UInt32(RTNLGRP_IPV4_ROUTE.rawValue))
    package static let ipv6Routes = NotificationGroup(rawValue: UInt32(RTNLGRP_IPV6_ROUTE.rawValue))
}
