package import NetworkTypes

/// The user's settings for an endpoint's link, given for a whole network or for one endpoint.
package struct LinkSettings: Hashable, Sendable {
    /// The MTU in bytes; nil means the parent's.
    package var mtu: Int?
    package var routes: [StaticRoute]
    /// Whether families without a router in `routers` get a default route, if the network has a way out.
    package var hasGateway: Bool
    /// The next hops of default routes that replace the subnets' gateways: at most one per family, inside or outside
    /// the subnets.
    package var routers: [IPAddress]
    package var macAddress: MACAddressPolicy
    /// The prefix of the interface's name in the container; nil means the engine's default.
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

/// How an endpoint's MAC address is chosen if `docker run --mac-address` does not set it.
package enum MACAddressPolicy: Hashable, Sendable {
    /// The same address for the same network and IP address.
    case stable
    /// A different address each time.
    case random
    /// The same address for the same network and IP address, with the given first octets.
    case prefixed(MACAddressPrefix)
    /// This address; valid only for a single endpoint.
    case fixed(MACAddress)
}
