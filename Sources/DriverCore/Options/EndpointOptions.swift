import NetworkTypes

/// The options of one endpoint, which override its network's.
///
/// They are the `--driver-opt key=value` of `docker run` and `docker network connect`.
package struct EndpointOptions: Hashable, Sendable {
    let mtu: Int?
    let routes: [StaticRoute]?
    let gateway: GatewayOption?
    let macAddress: MACAddressPolicy?
    let interfacePrefix: InterfacePrefix?

    enum Key: String, OptionKey {
        case mtu, routes, mac, gateway
        case interfacePrefix = "com.docker.network.container_iface_prefix"

        static let noun = "endpoint option"
        static let place = DockerEngineOptions.Place.endpoint
        var alias: String? { self == .mtu ? DockerEngineOptions.mtu : nil }
    }

    /// Reads the options.
    ///
    /// Values are case-insensitive, because `docker run --network name=…,driver-opt=…` lowercases everything
    /// (docker/cli opts/network.go). An interface prefix keeps its case: `docker network connect` passes it unchanged.
    package init(_ options: [String: String]) throws(DriverError) {
        let raw = try RawOptions<Key>(options.mapValues { $0.lowercased() })
        mtu = try raw.mtu(.mtu)
        routes = try raw.routes(.routes)
        gateway = try raw.gateway(.gateway)
        macAddress = try raw.macAddressPolicy(.mac, takesWhole: true)
        interfacePrefix = try RawOptions<Key>(options).interfacePrefix(.interfacePrefix)
    }

    /// Returns the network's settings with this endpoint's overrides.
    func settings(over network: LinkSettings) -> LinkSettings {
        LinkSettings(
            mtu: mtu ?? network.mtu, routes: routes ?? network.routes,
            hasGateway: network.hasGateway && gateway?.isNone != true,
            routers: gateway?.routers(over: network.routers) ?? network.routers,
            macAddress: macAddress ?? network.macAddress,
            interfacePrefix: interfacePrefix ?? network.interfacePrefix)
    }
}
