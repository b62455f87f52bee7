package import NetworkTypes

/// The question whether other hosts of a LAN have the addresses of a new endpoint.
package struct ConflictQuestion: Hashable, Sendable {
    package let endpoint: EndpointID
    /// The MAC address that the endpoint's link has or will have; what it claims is no conflict.
    package let macAddress: MACAddress
    /// The parent, on which the question is sent.
    package let link: InterfaceIndex
    /// The parent's MAC address: the sender of the question.
    ///
    /// Hosts answer to it, so the parent receives the answers. For answers to an endpoint's MAC address, it would have to
    /// become promiscuous before that endpoint's link is up.
    package let sender: MACAddress
    package let addresses: [IPAddress]
    /// How long to wait for answers.
    package let timeout: Duration

    package init(
        about endpoint: EndpointID, at macAddress: MACAddress, on link: InterfaceIndex, from sender: MACAddress,
        addresses: [IPAddress], timeout: Duration
    ) {
        self.endpoint = endpoint
        self.macAddress = macAddress
        self.link = link
        self.sender = sender
        self.addresses = addresses
        self.timeout = timeout
    }
}

/// The answer of the LAN to a question.
package enum ConflictAnswer: Hashable, Sendable {
    /// Other hosts have some of the addresses.
    case conflicts([AddressConflict])
    /// No host answered in time.
    case free
    /// The question could not be sent, for this reason: the link is down, has no carrier, or is gone.
    case notAsked(String)
}
