package import NetworkTypes

/// A route of the host: in the main table, or in that of a VRF.
package struct HostRoute: Hashable, Sendable {
    /// The destination, without host bits.
    package var destination: IPPrefix
    /// The outgoing link; nil for a multipath route and for one that rejects packets.
    package var linkIndex: InterfaceIndex?
    package var gateway: IPAddress?
    /// The preferred source address of the host's own packets.
    package var source: IPAddress?
    package var table: RoutingTable
    /// Whether the route has swiftvlan's protocol number. Other routes are never changed.
    package var isOurs: Bool

    package init(
        to destination: IPPrefix, over linkIndex: InterfaceIndex?, via gateway: IPAddress? = nil,
        from source: IPAddress? = nil, in table: RoutingTable = .main, isOurs: Bool = true
    ) {
        self.destination = destination.network
        self.linkIndex = linkIndex
        self.gateway = gateway
        self.source = source
        self.table = table
        self.isOurs = isOurs
    }
}
