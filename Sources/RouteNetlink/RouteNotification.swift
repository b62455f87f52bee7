import CMNL
package import Netlink

/// Something that happened to a link or a route, as the kernel tells all who want to know.
package enum RouteNotification: Hashable, Sendable {
    /// A link is new or has changed. The kernel tells of it without any change, too, and is silent about the alias and
    /// the group of a link that is down (`netdev_state_change` in net/core/dev.c).
    case link(LinkMessage)
    /// A link has been removed, or moved to another network namespace; as it was at last.
    case linkGone(LinkMessage)
    /// A route is new, or has taken the place of another one, of which nothing more is said.
    case route(RouteMessage)
    /// A route has been removed. IPv4 routes that go because their link has been set down or removed are not told of
    /// (`fib_table_flush` in net/ipv4/fib_trie.c).
    case routeGone(RouteMessage)

    /// Reads a notification; nothing for those about other things.
    package init?(decoding message: borrowing Message) throws(DecodingError) {
        switch Int(message.type) {
        case RTM_NEWLINK:
            guard let link = try LinkMessage(telling: message) else { return nil }
            self = .link(link)
        case RTM_DELLINK:
            guard let link = try LinkMessage(telling: message) else { return nil }
            self = .linkGone(link)
        case RTM_NEWROUTE:
            guard let route = try RouteMessage(decoding: message) else { return nil }
            self = .route(route)
        case RTM_DELROUTE:
            guard let route = try RouteMessage(decoding: message) else { return nil }
            self = .routeGone(route)
        default: return nil
        }
    }
}

extension LinkMessage {
    /// Reads a link from a notification; nothing for those that do not describe the whole link.
    ///
    /// A bridge tells of its ports with messages of the same types (`br_ifinfo_notify` in net/bridge/br_netlink.c): one
    /// that leaves the bridge is "deleted" in them. And wireless drivers tell of what happens on the air, with nothing
    /// but the link's name (`rtnetlink_ifinfo_prep` in net/wireless/wext-core.c); a whole description has the MTU.
    fileprivate init?(telling message: borrowing Message) throws(DecodingError) {
        guard Int32(try message.header(as: ifinfomsg.self).ifi_family) == AF_UNSPEC else { return nil }
        try self.init(decoding: message)
        guard mtu != nil else { return nil }
    }
}
