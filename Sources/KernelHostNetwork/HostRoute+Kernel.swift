import DriverCore
import NetworkTypes
import RouteNetlink

extension RouteProtocol {
    /// This program's number, so that its routes are known from everybody else's and routing daemons can pick them
    /// out. The letter v; none of iproute2's `rt_protos` has it.
    static let swiftvlan = RouteProtocol(rawValue: 118)
    /// Those of routes that the kernel adds by itself: for redirects, for its addresses, and for routers' announcements.
    /// Network services that handle announcements themselves use the last one too, and add addresses.
    static let kernels: Set<RouteProtocol> = [.redirect, .kernel, .routerAdvertisement]
}

extension HostRoute {
    /// The driver's view of a route of the kernel's. One that refuses packets leaves by no link, though the kernel may
    /// name the loopback. This program makes none with another metric than the kernel's own.
    init(_ message: RouteMessage) {
        let isUnicast = message.type == .unicast
        let hasOwnMetric = message.metric == RouteMessage.defaultMetric(message.destination.family)
        self.init(
            to: message.destination, over: isUnicast ? message.link : nil, via: message.gateway,
            isOurs: isUnicast && hasOwnMetric && message.protocol == .swiftvlan)
    }
}

extension RouteMessage {
    /// The kernel's view of a route of the driver's.
    init(_ route: HostRoute) {
        self.init(to: route.destination, via: route.gateway, link: route.linkIndex, protocol: .swiftvlan)
    }
}
