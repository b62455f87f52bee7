import CMNL
package import Netlink

/// A change of a link or a route, as the kernel reports it to subscribers.
package enum RouteNotification: Hashable, Sendable {
    /// A link is new or has changed. The kernel also reports links that have not changed, and does not report the alias
    /// and the group of a link that is down (`netdev_state_change` in net/core/dev.c).
    case link(LinkMessage)
    /// A link has been removed, or moved to another network namespace; its last state.
    case linkGone(LinkMessage)
    /// A route is new, or has replaced another one, which is not reported.
    case route(RouteMessage)
    /// A route has been removed. IPv4 routes that go because their link was brought down or removed are not reported
    /// (`fib_table_flush` in net/ipv4/fib_trie.c).
    case routeGone(RouteMessage)

    /// The groups to subscribe to.
    package static let groups: [NotificationGroup] = [.links, .ipv4Routes, .ipv6Routes]

    /// Reads a datagram, which may hold several messages.
    package static func all(in datagram: [UInt8]) throws(DecodingError) -> [RouteNotification] {
        var notifications: [RouteNotification] = []
        var messages = MessageCursor(datagram.span.bytes)
        while let message = try messages.next() {
            if let notification = try RouteNotification(decoding: message) { notifications.append(notification) }
        }
        return notifications
    }

    /// Reads a message; nil when it is about other things.
    package init?(decoding message: borrowing Message) throws(DecodingError) {
        let notification: RouteNotification? =
            switch Int(message.type) {
            case RTM_NEWLINK: try LinkMessage(notification: message).map { .link($0) }
            case RTM_DELLINK: try LinkMessage(notification: message).map { .linkGone($0) }
            case RTM_NEWROUTE: try RouteMessage(decoding: message).map { .route($0) }
            case RTM_DELROUTE: try RouteMessage(decoding: message).map { .routeGone($0) }
            default: nil
            }
        guard let notification else { return nil }
        self = notification
    }
}

extension LinkMessage {
    /// Reads a link from a notification; nil when that does not describe the whole link.
    ///
    /// A bridge reports its ports in messages of the same types (`br_ifinfo_notify` in net/bridge/br_netlink.c), where
    /// a port that leaves the bridge is "deleted". Wireless drivers report events of the radio, with nothing but the
    /// link's name (`rtnetlink_ifinfo_prep` in net/wireless/wext-core.c); a whole description has the MTU.
    fileprivate init?(notification message: borrowing Message) throws(DecodingError) {
        guard Int32(try message.header(as: ifinfomsg.self).ifi_family) == AF_UNSPEC else { return nil }
        try self.init(decoding: message)
        guard mtu != nil else { return nil }
    }
}
