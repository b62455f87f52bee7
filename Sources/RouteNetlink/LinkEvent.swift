import CMNL

/// Why the kernel sent a notification about a link: `IFLA_EVENT_…` (linux/if_link.h).
package struct LinkEvent: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }

    /// A bond uses another port, or has one again. The links on the bond are reported with the same reason.
    package static let bondFailover = LinkEvent(rawValue: UInt32(IFLA_EVENT_BONDING_FAILOVER))
    /// The hosts and switches around the link should learn its addresses again, which the kernel announces.
    package static let notifyPeers = LinkEvent(rawValue: UInt32(IFLA_EVENT_NOTIFY_PEERS))
}
