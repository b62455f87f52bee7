package import NetworkTypes

/// A default route of the host.
package struct DefaultRoute: Hashable, Sendable {
    package var family: AddressFamily
    /// The name of the outgoing link; nil if the route has several, or names them in a nexthop object.
    package var link: String?
    /// The number of the routing table.
    package var table: UInt32
    /// The kernel prefers the route with the lowest metric.
    package var metric: UInt32

    /// The default table (`RT_TABLE_MAIN` in linux/rtnetlink.h).
    package static let mainTable: UInt32 = 254

    package init(_ family: AddressFamily, link: String?, table: UInt32 = Self.mainTable, metric: UInt32 = 0) {
        self.family = family
        self.link = link
        self.table = table
        self.metric = metric
    }
}
