package import NetworkTypes

/// What the user wants of an endpoint's link: given for all of a network, or for one endpoint alone.
package struct LinkSettings: Hashable, Sendable {
    /// The largest packet in bytes; nil means the parent's.
    package var mtu: Int?
    package var routes: [StaticRoute]
    /// Whether there is a default route where the network has a way out, in the families that no router is named for.
    package var hasGateway: Bool
    /// The routers that default routes lead to instead of the subnets' own gateways: at most one of each family, inside
    /// or outside the subnets.
    package var routers: [IPAddress]
    package var macAddress: MACAddressPolicy
    /// What the name of the container's interface begins with; nil means the engine's own.
    package var interfacePrefix: InterfacePrefix?

    package init(
        mtu: Int? = nil, routes: [StaticRoute] = [], hasGateway: Bool = true, routers: [IPAddress] = [],
        macAddress: MACAddressPolicy = .stable, interfacePrefix: InterfacePrefix? = nil
    ) {
        self.mtu = mtu
        self.routes = routes
        self.hasGateway = hasGateway
        self.routers = routers
        self.macAddress = macAddress
        self.interfacePrefix = interfacePrefix
    }
}

/// How an endpoint comes to its MAC address where `docker run --mac-address` does not say it.
package enum MACAddressPolicy: Hashable, Sendable {
    /// The same one for the same network and IP address.
    case stable
    /// Another one each time.
    case random
    /// The same one for the same network and IP address, with the first octets given.
    case prefixed(MACAddressPrefix)
    /// This one; for one endpoint alone.
    case fixed(MACAddress)
}
