package import NetworkTypes

/// A route of an endpoint's interface, in addition to its subnets and its default route.
package struct StaticRoute: Hashable, Sendable {
    /// The destination, without host bits.
    package let destination: IPPrefix
    /// The next hop; nil if the destination is directly on the link.
    package let gateway: IPAddress?

    package init(to destination: IPPrefix, via gateway: IPAddress? = nil) {
        self.destination = destination.network
        self.gateway = gateway
    }
}

extension StaticRoute: CustomStringConvertible {
    /// The route as users write it: `10.0.0.0/8 via 192.168.1.254`.
    package var description: String { gateway.map { "\(destination) via \($0)" } ?? destination.description }
}
