package import NetworkTypes

/// The question whether other hosts of a LAN have the addresses of a new endpoint.
package struct ConflictQuestion: Hashable, Sendable {
    package let endpoint: EndpointID
    /// The parent, on which the question is sent.
    package let link: InterfaceIndex
    /// The MAC address that the endpoint's link has or will have: the sender of the question.
    package let macAddress: MACAddress
    package let addresses: [IPAddress]
    /// How long to wait for answers.
    package let timeout: Duration

    package init(
        about endpoint: EndpointID, on link: InterfaceIndex, from macAddress: MACAddress, addresses: [IPAddress],
        timeout: Duration
    ) {
        self.endpoint = endpoint
        self.link = link
        self.macAddress = macAddress
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
