/// A routing table of the host, by its number.
package struct RoutingTable: Hashable, Sendable {
    package let number: UInt32

    package init(_ number: UInt32) { self.number = number }

    /// The table of all links that are not ports of a VRF (`RT_TABLE_MAIN` in linux/rtnetlink.h).
    package static let main = RoutingTable(254)
}
