import DriverCore
import NetworkTypes
import RouteNetlink

extension RouteProtocol {
    /// swiftvlan's protocol number, which sets its routes apart and lets routing daemons select them. It is the letter
    /// v; iproute2's `rt_protos` does not assign it.
    static let swiftvlan = RouteProtocol(rawValue: 118)
    /// The protocols of routes that the kernel adds by itself: for redirects, addresses and router advertisements.
    /// Network services that handle router advertisements themselves use the last one too, and add addresses.
    static let kernels: Set<RouteProtocol> = [.redirect, .kernel, .routerAdvertisement]
}

extension HostRoute {
    /// Creates the driver's view of a kernel route.
    ///
    /// A route that refuses packets has no outgoing link, though the kernel may name the loopback. swiftvlan's own
    /// routes always have the kernel's default metric.
    init(_ message: RouteMessage) {
        let isUnicast = message.type == .unicast
        let hasOwnMetric = message.metric == RouteMessage.defaultMetric(message.destination.family)
        self.init(
            to: message.destination, over: isUnicast ? message.link : nil, via: message.gateway,
            from: message.preferredSource, in: RoutingTable(message.table),
            isOurs: isUnicast && hasOwnMetric && message.protocol == .swiftvlan)
    }
}

extension RouteMessage {
    /// Creates the kernel's view of a driver route.
    init(_ route: HostRoute) {
        self.init(
            to: route.destination, via: route.gateway, link: route.linkIndex, preferredSource: route.source,
            table: route.table.number, protocol: .swiftvlan)
    }
}
