package import NetworkTypes

/// A route that an endpoint's interface is given besides its subnets and its default route.
package struct StaticRoute: Hashable, Sendable {
    /// The destination, without host bits.
    package let destination: IPPrefix
    /// The next hop; nil where the destination is reached over the interface itself.
    package let gateway: IPAddress?

    package init(to destination: IPPrefix, via gateway: IPAddress? = nil) {
        self.destination = destination.network
        self.gateway = gateway
    }
}

extension StaticRoute: CustomStringConvertible {
    /// As users write it: `10.0.0.0/8 via 192.168.1.254`.
    package var description: String { gateway.map { "\(destination) via \($0)" } ?? destination.description }
}
