import KernelTestKit
import Netlink
import NetworkTypes
import RouteNetlink
import SystemCalls

/// Hears the kernel's notifications about routes in the calling thread's network namespace.
final class RouteListener {
    private var socket: NotificationSocket

    init() throws { socket = try .open([.ipv4Routes, .ipv6Routes], until: try StopEvent()) }

    /// Returns the notifications about the routes to a destination so far.
    func changes(of destination: IPPrefix) throws -> [RouteNotification] {
        let mark = RouteMessage(to: IPPrefix.everything(.ipv4), type: .blackhole, protocol: .boot, scope: .universe)
        var client = RouteClient()
        try client.add(mark)
        var changes: [RouteNotification] = []
        while true {
            guard case .datagram(let datagram) = try socket.receive() else { throw Lost() }
            for change in try RouteNotification.all(in: datagram) {
                switch change {
                case .route(mark): return changes
                case .route(let route), .routeGone(let route):
                    if route.destination == destination { changes.append(change) }
                default: break
                }
            }
        }
    }

    private struct Lost: Error {}
}
