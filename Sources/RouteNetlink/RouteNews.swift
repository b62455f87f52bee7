package import Netlink

/// What came of waiting for notifications.
package enum RouteNews: Hashable, Sendable {
    /// What one datagram tells; nothing when it is about other things.
    case notifications([RouteNotification])
    /// Notifications were lost; those from now on are complete again.
    case overrun
    /// A datagram that could not be read, and with it whatever it tells.
    case unreadable(DecodingError)
    /// The wakeup was taken.
    case woken
    /// Nobody wants to know any more.
    case stopped
}
