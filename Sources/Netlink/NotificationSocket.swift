import CMNL
import Glibc
package import SystemCalls

/// A subscription to the kernel's notifications, in the network namespace of the thread that opened it.
///
/// It is separate from the socket for requests, whose answers must not queue behind notifications.
///
/// - Every change after `open` returns is received, or reported as an overrun.
/// - Datagrams from other processes are skipped: root may send to the groups too (`netlink_allowed` in
///   net/netlink/af_netlink.c), even if the socket is connected to the kernel (`do_one_broadcast`).
/// - The stop event ends a wait, and the wakeup interrupts it.
package struct NotificationSocket: ~Copyable, NotificationTransport {
    /// Room for about 2,000 link notifications, which the kernel counts as 4 KiB each; it doubles this size
    /// (socket(7)). The kernel allocates memory only for queued notifications.
    package static let defaultBufferSize: Int32 = 4 << 20

    private var socket: KernelSocket
    private let stop: StopEvent
    private let wakeup: Wakeup?

    private init(_ socket: consuming KernelSocket, _ stop: StopEvent, _ wakeup: Wakeup?) {
        self.socket = socket
        self.stop = stop
        self.wakeup = wakeup
    }

    /// Opens a socket and subscribes to the groups. `bufferSize` is in bytes, most of which the kernel's bookkeeping
    /// uses.
    package static func open(
        _ groups: [NotificationGroup], bufferSize: Int32 = defaultBufferSize, until stop: StopEvent,
        wakeup: Wakeup? = nil
    ) throws(SystemError) -> NotificationSocket {
        let socket = try KernelSocket.open()
        do throws(SystemError) {
            // May exceed `net.core.rmem_max`, but needs CAP_NET_ADMIN in the initial user namespace.
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

    /// Discards queued notifications until none are left.
    ///
    /// The kernel reports an overrun once, then silently drops notifications until the socket is empty
    /// (`netlink_overrun` and `netlink_rcv_wake` in net/netlink/af_netlink.c). The caller must then read the kernel's
    /// tables to learn what it missed.
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
    package static let ipv4Addresses = NotificationGroup(rawValue: UInt32(RTNLGRP_IPV4_IFADDR.rawValue))
    package static let ipv6Addresses = NotificationGroup(rawValue: UInt32(RTNLGRP_IPV6_IFADDR.rawValue))
    package static let ipv4Routes = NotificationGroup(rawValue: UInt32(RTNLGRP_IPV4_ROUTE.rawValue))
    package static let ipv6Routes = NotificationGroup(rawValue: UInt32(RTNLGRP_IPV6_ROUTE.rawValue))
}
