import DriverCore
import DriverTestKit
import KernelTestKit
import NetworkTypes
import RouteNetlink
import TestSupport
import Testing

@testable import KernelHostNetwork

@Suite("Parents in VRFs", .needsNetworkNamespaces, .needs(.veth), .needs(.vrf), .needs(.ipvlan), .needs(.macvlan))
struct VRFTests {
    private static let tables = [RoutingTable(10), RoutingTable(20)]

    @Test(
        "Containers with the same addresses in two VRFs exchange packets with their own router",
        arguments: ["bridge", "l2", "l3"], ["pools", "endpoints"])
    func twoTenants(_ mode: String, _ hostRoutes: String) async throws {
        guard mode == "l3" || hostRoutes == "pools" else { return }
        try await withHost { host in
            let tenants = try zip(["red", "blue"], Self.tables).map { try RoutedLink(host, $0, in: $1) }
            let addressing = mode == "l3" ? RoutedLink.Addressing.layer3 : .lan
            var driver = try Driver(host: host.kernel, store: MemoryStore())
            let ids: [(NetworkID, EndpointID)] = [(.first, .web), (.second, .mail)]
            for (tenant, (network, endpoint)) in zip(tenants, ids) {
                var options = ["parent": tenant.parent.name, "mode": mode]
                if mode == "l3" { options["host_routes"] = hostRoutes }
                try driver.createNetwork(NetworkRequest(id: network, options: options, pools: addressing.pools))
                _ = try driver.createEndpoint(
                    EndpointRequest(id: endpoint, networkID: network, addresses: addressing.addresses))
                try tenant.moveIntoContainer(try driver.join(endpoint, network: network), addressing.addresses)
            }
            let routed =
                hostRoutes == "endpoints"
                ? addressing.addresses.map { IPPrefix(host: $0.address) } : addressing.pools.map(\.subnet)
            for tenant in tenants {
                #expect(try tenant.ownRoutes() == (mode == "l3" ? Set(routed) : []))
                try tenant.expectTraffic(addressing.addresses)
            }
            #expect(try host.kernel.ownRoutes().count == (mode == "l3" ? 4 : 0))
            // What ends in one VRF stays in the other.
            _ = try driver.deleteEndpoint(.web)
            _ = try driver.deleteNetwork(.first)
            try tenants[0].endContainer()
            #expect(try tenants[0].ownRoutes() == [])
            #expect(try tenants[0].reachableFamilies(addressing.addresses) == [])
            try tenants[1].expectTraffic(addressing.addresses)
        }
    }

    @Test("A layer 3s container exchanges packets with the router, but not in a VRF", arguments: [254, 10])
    func layer3s(_ table: UInt32) async throws {
        try await withHost { host in
            let link = try RoutedLink(host, "red", in: RoutingTable(table))
            let name = try #require(LinkNames.endpoint(.web))
            _ = try host.kernel.create(
                HostLinkPlan(
                    name: name, kind: .endpoint(.ipvlan(.l3s, .bridge), parent: link.parent), owner: .endpoint(.web)))
            let addresses = RoutedLink.Addressing.layer3.addresses
            try link.moveIntoContainer(
                name, addresses, AddressFamily.allCases.map { (.everything($0), nil) })
            if link.table == .main {
                try link.expectTraffic(addresses)
            } else {
                // The kernel passes the port's packets to the VRF's function instead (`l3mdev_l3_rcv` in
                // include/net/l3mdev.h).
                try expect(link.reachableFamilies(addresses), equals: [])
            }
        }
    }

    @Test("A route of the fabric refuses a network in the same VRF only", arguments: RoutedLink.Addressing.layer3.pools)
    func overlap(_ pool: AddressPool) async throws {
        try await withHost { host in
            let red = try RoutedLink(host, "red", in: Self.tables[0])
            let blue = try RoutedLink(host, "blue", in: Self.tables[1])
            let green = try RoutedLink(host, "green", in: .main)
            var driver = try Driver(host: host.kernel, store: MemoryStore())
            let router = try #require(RoutedLink.routers.first { $0.family == pool.subnet.family })
            for link in [red, green] {
                try host.add(
                    RouteMessage(
                        to: pool.subnet, via: router, link: link.parent.index, table: link.table.number,
                        protocol: .static))
            }
            for link in [red, green] {
                let error = try #require(throws: DriverError.self) {
                    try driver.createNetwork(
                        NetworkRequest(
                            id: .first, options: ["parent": link.parent.name, "mode": "l3"], pools: [pool]))
                }
                #expect(
                    error.message == """
                        the host already has a route to \(pool.subnet) (via \(router) dev \(link.parent.name)); remove \
                        it, choose another subnet, or create this network without host routes (host_routes=off)
                        """)
            }
            try driver.createNetwork(
                NetworkRequest(id: .first, options: ["parent": "blue", "mode": "l3"], pools: [pool]))
            try expect(blue.ownRoutes(), equals: [pool.subnet])
        }
    }

    @Test("The host routes follow a parent into a VRF, into another one, and out of it")
    func moves() async throws {
        try await withHost { host in
            var driver = try Driver(host: host.kernel, store: MemoryStore())
            let pools = RoutedLink.Addressing.layer3.pools
            try driver.createNetwork(
                NetworkRequest(id: .first, options: ["parent": "p0", "mode": "l3"], pools: pools))
            try driver.createNetwork(
                NetworkRequest(
                    id: .second, options: ["parent": "p0", "mode": "l3", "host_routes": "endpoints"], pools: pools))
            _ = try driver.createEndpoint(
                EndpointRequest(id: .web, networkID: .second, addresses: ["10.30.1.5/24", "fd30::5/64"]))
            _ = try driver.join(.web, network: .second)
            let wanted = Set(pools.map(\.subnet) + ["10.30.1.5/32", "fd30::5/128"])
            for table in [RoutingTable.main] + Self.tables + [.main] {
                let port = try host.existing("p0")
                if table == .main {
                    try removePort(port)
                } else {
                    try makePort(port, of: try host.make("vrf\(table.number)", .vrf(VRFLink(table: table.number))))
                }
                _ = driver.reconcile(at: .zero)
                let routes = try host.kernel.ownRoutes()
                #expect(Set(routes.map(\.destination)) == wanted)
                #expect(Set(routes.map(\.table)) == [table])
                #expect(!driver.reconcile(at: .zero).didTry)
            }
        }
    }
}
