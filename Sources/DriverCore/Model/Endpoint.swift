package import NetworkTypes

/// A container's place in a network.
package struct Endpoint: Hashable, Sendable {
    package let id: EndpointID
    package let networkID: NetworkID
    /// The interface's addresses with their subnets' prefix lengths: at most one per family.
    package let addresses: [IPPrefix]
    /// The link's MAC address; nil for ipvlan, whose links share their parent's.
    package let macAddress: MACAddress?
    /// The network's settings with this endpoint's overrides.
    package let settings: LinkSettings
    /// Whether the endpoint's link was created for a container.
    ///
    /// From then on the link exists somewhere, or the container is gone.
    package var hasJoined: Bool
    /// Docker's name for the network namespace of the endpoint's container.
    ///
    /// All endpoints of a container share it, and it changes with each start. Nil before the endpoint joins, and for
    /// one that joined under a version that did not store it.
    package var sandbox: String?
    /// The conflicts that the LAN reported for the addresses.
    package var conflicts: [AddressConflict]

    package init(
        id: EndpointID, networkID: NetworkID, addresses: [IPPrefix], macAddress: MACAddress?,
        settings: LinkSettings = LinkSettings(), hasJoined: Bool = false, sandbox: String? = nil,
        conflicts: [AddressConflict] = []
    ) {
        self.id = id
        self.networkID = networkID
        self.addresses = addresses
        self.macAddress = macAddress
        self.settings = settings
        self.hasJoined = hasJoined
        self.sandbox = sandbox
        self.conflicts = conflicts
    }
}
