package import NetworkTypes

/// A request of the engine to create a network.
package struct NetworkRequest: Hashable, Sendable {
    package var id: NetworkID
    package var options: [String: String]
    package var isInternal: Bool
    package var pools: [AddressPool]
    /// Whether the engine announces addresses on the LAN and reads the options for that, as 28.0 and newer do.
    package var engineAnnouncesAddresses = false
    /// The addresses that the engine never assigns (`--aux-address`), except gateways.
    package var reservedAddresses: Set<IPAddress>
    /// The addresses among them that the user reserved for the host (`--aux-address host=…`, `host6=…`).
    package var hostAddresses: [IPAddress]

    package init(
        id: NetworkID, options: [String: String], isInternal: Bool = false, pools: [AddressPool] = [],
        reservedAddresses: Set<IPAddress> = [], hostAddresses: [IPAddress] = []
    ) {
        self.id = id
        self.options = options
        self.isInternal = isInternal
        self.pools = pools
        self.reservedAddresses = reservedAddresses
        self.hostAddresses = hostAddresses
    }
}

/// A request of the engine to create an endpoint.
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

/// The data that the engine needs to move an endpoint's link into its container.
package struct JoinResult: Hashable, Sendable {
    /// The link's name in the host's network namespace.
    package let linkName: InterfaceName
    package let routes: EndpointRoutes
    /// The prefix of the interface's name in the container.
    package let interfacePrefix: InterfacePrefix
}

/// The result of creating an endpoint.
package struct EndpointResult: Hashable, Sendable {
    /// The MAC address that the driver chose; nil if the user chose it or the links have none.
    package let chosenMACAddress: MACAddress?
    /// Whether the endpoint was not known before.
    package let isNew: Bool
}
