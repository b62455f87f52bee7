package import NetworkTypes

/// A route of the host's main table.
package struct HostRoute: Hashable, Sendable {
    /// The destination, without host bits.
    package var destination: IPPrefix
    /// The link that packets leave by; nil for a route with several ways, and for one that refuses packets.
    package var linkIndex: InterfaceIndex?
    package var gateway: IPAddress?
    /// Whether it carries this program's protocol number: nobody else's routes are ever changed.
    package var isOurs: Bool

    package init(
        to destination: IPPrefix, over linkIndex: InterfaceIndex?, via gateway: IPAddress? = nil, isOurs: Bool = true
    ) {
        self.destination = destination.network
        self.linkIndex = linkIndex
        self.gateway = gateway
        self.isOurs = isOurs
    }
}
