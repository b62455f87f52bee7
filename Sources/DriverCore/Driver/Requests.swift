package import NetworkTypes

/// A network that the engine wants made.
package struct NetworkRequest: Hashable, Sendable {
    package var id: NetworkID
    package var options: [String: String]
    package var isInternal: Bool
    package var pools: [AddressPool]
    /// Whether the engine announces addresses on the LAN itself and reads options about that, as 28.0 and newer do.
    package var engineAnnouncesAddresses = false
    /// The addresses that the engine gives to nobody (`--aux-address`), gateways aside.
    package var reservedAddresses: Set<IPAddress>

    package init(
        id: NetworkID, options: [String: String], isInternal: Bool = false, pools: [AddressPool] = [],
        reservedAddresses: Set<IPAddress> = []
    ) {
        self.id = id
        self.options = options
        self.isInternal = isInternal
        self.pools = pools
        self.reservedAddresses = reservedAddresses
    }
}

/// A container's place in a network that the engine wants made.
package struct EndpointRequest: Hashable, Sendable {
    package var id: EndpointID
    package var networkID: NetworkID
    package var addresses: [IPPrefix]
    /// The MAC address that the user asked for.
    package var macAddress: MACAddress?
    package var options: [String: String]

    package init(
        id: EndpointID, networkID: NetworkID, addresses: [IPPrefix] = [], macAddress: MACAddress? = nil,
        options: [String: String] = [:]
    ) {
        self.id = id
        self.networkID = networkID
        self.addresses = addresses
        self.macAddress = macAddress
        self.options = options
    }
}

/// What the engine needs to put an endpoint's link into its container.
package struct JoinResult: Hashable, Sendable {
    /// The link's name in the host's network namespace.
    package let linkName: InterfaceName
    package let routes: EndpointRoutes
    /// What the interface's name in the container begins with.
    package let interfacePrefix: InterfacePrefix
}

/// What came of an endpoint that the engine wanted made.
package struct EndpointResult: Hashable, Sendable {
    /// The MAC address that the driver chose; nil where the user chose it or the links have none.
    package let chosenMACAddress: MACAddress?
    /// Whether the endpoint was not known before.
    package let isNew: Bool
}
