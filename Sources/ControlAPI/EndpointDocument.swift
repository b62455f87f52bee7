/// A container's place in a network.
package struct EndpointDocument: Codable, Hashable, Sendable {
    /// Docker's identifier, which is new at each start of the container.
    package var id: String
    /// The container's name; only the commands add it.
    package var container: String?
    /// The addresses with prefix lengths.
    package var addresses: [String]
    /// The MAC address; nil for ipvlan, whose links share their parent's.
    package var macAddress: String?
    /// Whether the container has started.
    package var hasJoined: Bool
    /// The addresses that another host of the LAN has too.
    package var conflicts: [ConflictDocument]

    package init(
        id: String, container: String? = nil, addresses: [String], macAddress: String? = nil, hasJoined: Bool = true,
        conflicts: [ConflictDocument] = []
    ) {
        self.id = id
        self.container = container
        self.addresses = addresses
        self.macAddress = macAddress
        self.hasJoined = hasJoined
        self.conflicts = conflicts
    }

    /// The container's name, or else the first 12 characters of the identifier.
    package var label: String { container ?? String(id.prefix(12)) }
}

/// An address that another host of the LAN has too, and that host's MAC address.
package struct ConflictDocument: Codable, Hashable, Sendable {
    package var address: String
    package var macAddress: String

    package init(address: String, macAddress: String) {
        self.address = address
        self.macAddress = macAddress
    }
}
