import DriverCore
import DriverTestKit
import KernelTestKit
import NetlinkTestKit
import NetworkTypes
import RouteNetlink
import TestSupport
import Testing

@testable import KernelHostNetwork

/// The facts behind the check `default-route` of `swiftvlan doctor`.
@Suite(
    "Layer 3 containers of a host whose default route leaves over another link", .needsNetworkNamespaces,
    .needs(.veth), .needs(.ipvlan))
struct DefaultRouteTests {
    @Test(
        "IPv4 packets leave over the parent, and reach other networks by its default route of any metric",
        arguments: ["l3", "l3s"])
    func ipv4(_ mode: String) async throws {
        try await withHost { host in
            let link = try Self.container(host, mode)
            _ = try Self.leave(host, link)
            let socket = try link.container.within { try EchoSocket(.ipv4) }
            let second = Self.route(.ipv4, link, metric: 4096)
            try host.add(second)
            try socket.reach(RoutedLink.distant[0])
            let neighbors = { try readTextFile("/proc/thread-self/net/arp") }
            let distant = "\(RoutedLink.distant[0]) "
            #expect(try !neighbors().contains(distant))
            // Without that route, the host asks the LAN for the MAC address of the destination itself.
            try host.remove(second)
            try waitFor("the destination among the neighbors") {
                _ = socket.ping(RoutedLink.distant[0])
                return try neighbors()
            } until: {
                $0.contains(distant)
            }
        }
    }

    @Test("IPv6 packets leave with those of the host, over the other link", arguments: ["l3", "l3s"])
    func ipv6(_ mode: String) async throws {
        try await withHost { host in
            let link = try Self.container(host, mode)
            let elsewhere = try Self.leave(host, link)
            let socket = try link.container.within { try EchoSocket(.ipv6, timeLimit: 100) }
            try host.add(Self.route(.ipv6, link, metric: 4096))
            let before = try Self.echoRequests(in: link.router)
            try waitFor("an echo request elsewhere") {
                _ = socket.ping(RoutedLink.distant[1])
                return try Self.echoRequests(in: elsewhere)
            } until: {
                $0 > 0
            }
            try expect(Self.echoRequests(in: link.router), equals: before)
        }
    }

    /// Connects a layer 3 container to a router.
    private static func container(_ host: HostFixture, _ mode: String) throws -> RoutedLink {
        let link = try RoutedLink(host, "eth0", in: .main)
        let addressing = RoutedLink.Addressing.layer3
        var driver = try Driver(host: host.kernel, store: MemoryStore())
        try driver.createNetwork(
            NetworkRequest(id: .first, options: ["parent": "eth0", "mode": mode], pools: addressing.pools))
        _ = try driver.createEndpoint(
            EndpointRequest(id: .web, networkID: .first, addresses: addressing.addresses))
        try link.moveIntoContainer(try driver.join(.web, network: .first), addressing.addresses)
        try link.expectTraffic(addressing.addresses)
        return link
    }

    /// Replaces the host's default routes with routes over another link, and returns the network namespace it leads to.
    private static func leave(_ host: HostFixture, _ link: RoutedLink) throws -> OtherNetworkNamespace {
        let elsewhere = try OtherNetworkNamespace()
        try host.makeWire("eth1", "beyond")
        try host.move(try host.existing("beyond"), to: elsewhere)
        for name in ["beyond", "lo"] { try elsewhere.client.setUp(name) }
        let far = try waitFor("the carrier of beyond", reading: { try elsewhere.client.existing("beyond") }) {
            $0.hasCarrier
        }
        let near = HostLink(
            try waitFor("the carrier of eth1", reading: { try host.existing("eth1") }) { $0.hasCarrier })
        for (own, router) in zip(["203.0.113.1/24", "fd77::1/64"], ["203.0.113.2/24", "fd77::2/64"]) {
            try host.add(try prefix(own), to: near, .quiet)
            let prefix = try prefix(router)
            try elsewhere.client.add(
                AddressMessage(link: far.index, prefix: prefix, flags: .quiet), linkName: far.name)
            let family = prefix.family
            try host.remove(route(family, link))
            try host.add(
                RouteMessage(to: .everything(family), via: prefix.address, link: near.index, protocol: .static))
        }
        let lo = try elsewhere.client.existing("lo")
        let distant = IPPrefix(host: RoutedLink.distant[1])
        try elsewhere.client.add(AddressMessage(link: lo.index, prefix: distant, flags: .quiet), linkName: lo.name)
        return elsewhere
    }

    /// A default route over the parent.
    private static func route(_ family: AddressFamily, _ link: RoutedLink, metric: UInt32? = nil) -> RouteMessage {
        RouteMessage(
            to: .everything(family), via: RoutedLink.routers[family == .ipv4 ? 0 : 1], link: link.parent.index,
            protocol: .static, metric: metric)
    }

    /// The number of ICMPv6 echo requests that a network namespace has received.
    private static func echoRequests(in namespace: OtherNetworkNamespace) throws -> Int {
        let counters = try namespace.within { try readTextFile("/proc/thread-self/net/snmp6") }
        let line = try #require(counters.split(separator: "\n").first { $0.hasPrefix("Icmp6InEchos") })
        return try #require(line.split(whereSeparator: \.isWhitespace).last.flatMap { Int($0) })
    }
}
