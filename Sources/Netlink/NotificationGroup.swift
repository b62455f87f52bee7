import CMNL

/// A group of notifications: `RTNLGRP_…` (linux/rtnetlink.h).
package struct NotificationGroup: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    package static let links = NotificationGroup(rawValue: UInt32(RTNLGRP_LINK.rawValue))
    package static let ipv4Routes = NotificationGroup(rawValue: UInt32(RTNLGRP_IPV4_ROUTE.rawValue))
    package static let ipv6Routes = NotificationGroup(rawValue: UInt32(RTNLGRP_IPV6_ROUTE.rawValue))
}
