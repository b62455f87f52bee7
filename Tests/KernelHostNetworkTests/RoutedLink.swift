import DriverCore
import DriverTestKit
import KernelTestKit
import Netlink
import NetlinkTestKit
import NetworkTypes
import RouteNetlink
import TestSupport
import Testing

@testable import KernelHostNetwork

/// A link of a host that leads to a router, perhaps in a VRF, and a container on that link.
///
/// Two of them in different VRFs have the same addresses:
///
/// |                      | IPv4         | IPv6     | in namespace |
/// |----------------------|--------------|----------|--------------|
/// | host                 | 192.0.2.1    | fd99::1  | the thread's |
/// | router               | 192.0.2.2    | fd99::2  | `router`     |
/// | router, on its `lo`  | 198.51.100.1 | fd98::1  | `router`     |
/// | container in the LAN | 192.0.2.10   | fd99::10 | `container`  |
/// | container at layer 3 | 10.30.1.5    | fd30::5  | `container`  |
final class RoutedLink {
    static let hosts: [IPAddress] = ["192.0.2.1", "fd99::1"]
    static let routers: [IPAddress] = ["192.0.2.2", "fd99::2"]
    /// The router's other addresses, which the host reaches over it.
    static let distant: [IPAddress] = ["198.51.100.1", "fd98::1"]

    /// The addresses of a network and of its container.
    struct Addressing: Sendable {
        let pools: [AddressPool]
        let addresses: [IPPrefix]

        static let lan = Addressing(
            pools: [
                AddressPool(subnet: "192.0.2.0/24", gateway: "192.0.2.2"),
                AddressPool(subnet: "fd99::/64", gateway: "fd99::2"),
            ], addresses: ["192.0.2.10/24", "fd99::10/64"])
        static let layer3 = Addressing(
            pools: [AddressPool(subnet: "10.30.1.0/24"), AddressPool(subnet: "fd30::/64")],
            addresses: ["10.30.1.5/24", "fd30::5/64"])
    }

    let host: HostFixture
    let parent: HostLink
    let table: RoutingTable
    let router: OtherNetworkNamespace
    let container: OtherNetworkNamespace
    /// The name of the container's link.
    private var linkName: InterfaceName?

    /// Makes a wire, makes its near end a port of a new VRF with this table unless it is the main one, and connects its
    /// far end to a new router.
    init(_ host: HostFixture, _ name: String, in table: RoutingTable) throws {
        (self.host, self.table) = (host, table)
        (router, container) = (try OtherNetworkNamespace(), try OtherNetworkNamespace())
        try host.makeWire(name, "far")
        try host.move(try host.existing("far"), to: router)
        try router.client.setUp("far")
        if table != .main {
            let vrf = try host.make("vrf\(table.number)", .vrf(VRFLink(table: table.number)))
            try host.change(vrf, LinkChanges(isUp: true))
            try makePort(try host.existing(name), of: vrf)
        }
        let near = try waitFor("the carrier of \(name)", reading: { try host.existing(name) }) { $0.hasCarrier }
        parent = HostLink(near)
        for (place, length) in [24, 64].enumerated() {
            try host.add(try #require(IPPrefix(Self.hosts[place], length: length)), to: parent, .quiet)
            let everything: IPPrefix = place == 0 ? "0.0.0.0/0" : "::/0"
            try host.add(
                RouteMessage(
                    to: everything, via: Self.routers[place], link: parent.index, table: table.number,
                    protocol: .static))
        }
        try setUpRouter()
    }

    private func setUpRouter() throws {
        try router.client.setUp("lo")
        let lo = try router.client.existing("lo")
        let far = try waitFor("the carrier of far", reading: { try router.client.existing("far") }) { $0.hasCarrier }
        for (place, length) in [24, 64].enumerated() {
            for (address, link, length) in [
                (Self.routers[place], far, length), (Self.distant[place], lo, Self.distant[place].family.bitWidth),
            ] {
                let prefix = try #require(IPPrefix(address, length: length))
                try router.client.add(
                    AddressMessage(link: link.index, prefix: prefix, flags: .quiet), linkName: link.name)
            }
            try router.client.add(
                RouteMessage(
                    to: Addressing.layer3.pools[place].subnet, via: Self.hosts[place], link: far.index,
                    protocol: .static))
        }
    }

    /// Moves a link into the container, and gives it addresses and routes, as Docker does after Join.
    func moveIntoContainer(_ joined: JoinResult, _ addresses: [IPPrefix]) throws {
        var routes = joined.routes.routes.map { ($0.destination, $0.gateway) }
        for gateway in [joined.routes.gatewayIPv4, joined.routes.gatewayIPv6].compactMap({ $0 }) {
            routes.append((.everything(gateway.family), gateway))
        }
        try moveIntoContainer(joined.linkName, addresses, routes)
    }

    func moveIntoContainer(
        _ linkName: InterfaceName, _ addresses: [IPPrefix], _ routes: [(destination: IPPrefix, gateway: IPAddress?)]
    ) throws {
        self.linkName = linkName
        let name = linkName.text
        try host.move(try host.existing(name), to: container)
        try container.client.setUp(name)
        let link = try waitFor("the carrier of \(name)", reading: { try container.client.existing(name) }) {
            $0.hasCarrier
        }
        for prefix in addresses {
            try container.client.add(
                AddressMessage(link: link.index, prefix: prefix, flags: .quiet), linkName: name)
        }
        for route in routes {
            try container.client.add(
                RouteMessage(to: route.destination, via: route.gateway, link: link.index, protocol: .static))
        }
    }

    /// Deletes the container's link, as the kernel does with the container's network namespace.
    func endContainer() throws {
        if let linkName { try container.client.delete(linkName) }
    }

    /// Expects that the container and the router reach each other, and that the container reaches what is beyond it.
    func expectTraffic(_ addresses: [IPPrefix]) throws {
        for (place, family) in AddressFamily.allCases.enumerated() {
            let inside = try container.within { try EchoSocket(family) }
            try inside.reach(Self.routers[place])
            try inside.reach(Self.distant[place])
            try router.within { try EchoSocket(family) }.reach(addresses[place].address)
        }
    }

    /// The families in which the router reaches the container within a second.
    func reachableFamilies(_ addresses: [IPPrefix]) throws -> [AddressFamily] {
        try AddressFamily.allCases.enumerated().compactMap { place, family in
            let socket = try router.within { try EchoSocket(family) }
            return (0..<2).contains { _ in socket.ping(addresses[place].address) } ? family : nil
        }
    }

    /// The destinations of swiftvlan's routes in the link's table.
    func ownRoutes() throws -> Set<IPPrefix> {
        Set(try host.kernel.ownRoutes().filter { $0.table == table }.map(\.destination))
    }
}
