package import NetworkTypes

/// A container's place in a network.
package struct Endpoint: Hashable, Sendable {
    package let id: EndpointID
    package let networkID: NetworkID
    /// The interface's addresses with their subnets' lengths: at most one of each family.
    package let addresses: [IPPrefix]
    /// The MAC of its own that the link gets; nil for ipvlan, whose links have their parent's.
    package let macAddress: MACAddress?
    /// The network's settings with what the user wants otherwise for this endpoint.
    package let settings: LinkSettings
    /// Whether the endpoint's link has been made for a container: from then on there is one somewhere, or the container
    /// is gone.
    package var hasJoined: Bool
    /// Docker's name for the network namespace of the endpoint's container: the same for all endpoints of a container,
    /// and another one with each of its starts. Nil before the endpoint joins, and for one that did so under a version
    /// that did not keep it.
    package var sandbox: String?

    package init(
        id: EndpointID, networkID: NetworkID, addresses: [IPPrefix], macAddress: MACAddress?,
        settings: LinkSettings = LinkSettings(), hasJoined: Bool = false, sandbox: String? = nil
    ) {
        self.id = id
        self.networkID = networkID
        self.addresses = addresses
        self.macAddress = macAddress
        self.settings = settings
        self.hasJoined = hasJoined
        self.sandbox = sandbox
    }
}
