import CMNL
package import Netlink

/// A change to a link, address or route, as the kernel reports it to subscribers.
package enum RouteNotification: Hashable, Sendable {
    /// A link is new or has changed. The kernel also reports unchanged links, and does not report a change of the alias
    /// or group of a link that is down (`netdev_state_change` in net/core/dev.c).
    case link(LinkMessage)
    /// A link has been removed or moved to another network namespace; the value is its last state.
    case linkGone(LinkMessage)
    /// An address is new or has changed. An IPv6 address that the kernel checks for duplicates is reported again when the
    /// check has ended, and every address when its lifetime is extended.
    case address(AddressMessage)
    /// An address has been removed, for example with its link.
    case addressGone(AddressMessage)
    /// A route is new or has replaced another one, whose removal is not reported.
    case route(RouteMessage)
    /// A route has been removed. The kernel does not report IPv4 routes that it removes because their link was brought
    /// down or removed (`fib_table_flush` in net/ipv4/fib_trie.c).
    case routeGone(RouteMessage)

    /// The groups to subscribe to.
    package static let groups: [NotificationGroup] = [
        .links, .ipv4Addresses, .ipv6Addresses, .ipv4Routes, .ipv6Routes,
    ]

    /// Decodes the notifications in a datagram, which may hold several messages.
    package static func all(in datagram: [UInt8]) throws(DecodingError) -> [RouteNotification] {
        var notifications: [RouteNotification] = []
        var messages = MessageCursor(datagram.span.bytes)
        while let message = try messages.next() {
            if let notification = try RouteNotification(decoding: message) { notifications.append(notification) }
        }
        return notifications
    }

    /// Decodes a message; returns nil if it is not about a link, address or route.
    package init?(decoding message: borrowing Message) throws(DecodingError) {
        let notification: RouteNotification? =
            switch Int(message.type) {
            case RTM_NEWLINK: try LinkMessage(notification: message).map { .link($0) }
            case RTM_DELLINK: try LinkMessage(notification: message).map { .linkGone($0) }
            case RTM_NEWADDR: try AddressMessage(describing: message).map { .address($0) }
            case RTM_DELADDR: try AddressMessage(describing: message).map { .addressGone($0) }
            case RTM_NEWROUTE: try RouteMessage(decoding: message).map { .route($0) }
            case RTM_DELROUTE: try RouteMessage(decoding: message).map { .routeGone($0) }
            default: nil
            }
        guard let notification else { return nil }
        self = notification
    }
}

extension LinkMessage {
    /// Decodes a link from a notification; returns nil if the message does not describe the whole link.
    ///
    /// A bridge reports its ports in messages of the same types, and a port that leaves the bridge as "deleted"
    /// (`br_ifinfo_notify` in net/bridge/br_netlink.c). Wireless drivers report radio events with only the link's name
    /// (`rtnetlink_ifinfo_prep` in net/wireless/wext-core.c); a whole description has the MTU.
    fileprivate init?(notification message: borrowing Message) throws(DecodingError) {
        guard Int32(try message.header(as: ifinfomsg.self).ifi_family) == AF_UNSPEC else { return nil }
        try self.init(decoding: message)
        guard mtu != nil else { return nil }
    }
}
