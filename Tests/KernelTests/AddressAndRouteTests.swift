import KernelTestKit
import Netlink
import NetworkTypes
import RouteNetlink
import SystemCalls
import TestSupport
import Testing

@Suite("Addresses and routes in the kernel", .needsNetworkNamespaces, .needs(.veth))
struct AddressAndRouteTests {
    @Test(
        "An address is added, listed and removed",
        arguments: ["10.1.0.1/24", "10.1.0.1/32", "fd00::1/64", "fd00::1/128"])
    func addresses(text: String) async throws {
        try await withNetworkNamespace { client in
            let wire = try client.makeWire()
            let own = AddressMessage(link: wire.index, prefix: try prefix(text))
            try client.add(own, linkName: "p0")
            try expect(KernelRow.addresses(of: wire.index).contains(own.prefix), equals: true)
            try client.remove(own, linkName: "p0")
            try expect(KernelRow.addresses(of: wire.index).contains(own.prefix), equals: false)
            let again = #expect(throws: RouteError.self) { try client.remove(own, linkName: "p0") }
            #expect(again?.errno == .addressNotAvailable)
        }
    }

    @Test("A route through a router keeps its protocol and can be removed", arguments: AddressFamily.allCases)
    func routerRoute(family: AddressFamily) async throws {
        try await withNetworkNamespace { client in
            let wire = try client.makeWire()
            let (own, router) = family == .ipv4 ? ("10.1.0.2/24", "10.1.0.1") : ("fd00::2/64", "fd00::1")
            try client.add(AddressMessage(link: wire.index, prefix: try prefix(own)), linkName: "p0")
            let route = RouteMessage(
                to: .everything(family), via: try address(router), link: wire.index,
                protocol: RouteProtocol(rawValue: 84))
            try client.add(route)
            let added = try client.routes(family)
            #expect(added.contains(route))
            try client.remove(route)
            let left = try client.routes(family)
            #expect(!left.contains(route))
            let again = #expect(throws: RouteError.self) { try client.remove(route) }
            #expect(again?.errno == .noSuchProcess)
        }
    }

    @Test("An IPv4 route keeps its IPv6 router")
    func otherFamily() async throws {
        try await withNetworkNamespace { client in
            let wire = try client.makeWire()
            try client.add(AddressMessage(link: wire.index, prefix: try prefix("fd00::2/64")), linkName: "p0")
            let route = RouteMessage(
                to: try prefix("10.2.0.0/16"), via: try address("fd00::1"), link: wire.index, protocol: .static)
            try client.add(route)
            let added = try client.routes(.ipv4)
            #expect(added == [route])
            try client.remove(route)
            let left = try client.routes(.ipv4)
            #expect(left == [])
        }
    }

    @Test("A route over a link has link scope in IPv4 and no scope in IPv6", arguments: ["10.2.0.0/16", "fd00:2::/48"])
    func linkRoute(text: String) async throws {
        try await withNetworkNamespace { client in
            let wire = try client.makeWire()
            let route = RouteMessage(to: try prefix(text), link: wire.index, protocol: .static)
            #expect(route.scope == (route.destination.family == .ipv4 ? .link : .universe))
            try client.add(route)
            let routes = try client.routes(route.destination.family)
            #expect(routes.contains(route))
        }
    }

    @Test("A route keeps its preferred source and a table ID above 255", arguments: AddressFamily.allCases)
    func sourceAndTable(family: AddressFamily) async throws {
        try await withNetworkNamespace { client in
            let wire = try client.makeWire()
            let (own, destination) = family == .ipv4 ? ("10.1.0.2/24", "10.2.0.0/16") : ("fd00::2/64", "fd00:2::/48")
            let source = try prefix(own)
            try client.add(AddressMessage(link: wire.index, prefix: source), linkName: "p0")
            // IPv6 accepts a preferred source only after duplicate detection, which the loopback address never needs.
            let preferred = family == .ipv4 ? source.address : nil
            let route = RouteMessage(
                to: try prefix(destination), link: wire.index, preferredSource: preferred, table: 1000, protocol: .boot)
            try client.add(route)
            let routes = try client.routes(family).filter { $0.table == 1000 }
            #expect(routes == [route])
        }
    }

    @Test("Routes that the kernel adds itself are listed with the kernel's protocol")
    func kernelRoutes() async throws {
        try await withNetworkNamespace { client in
            let wire = try client.makeWire()
            let source = try prefix("10.1.0.2/24")
            try client.add(AddressMessage(link: wire.index, prefix: source), linkName: "p0")
            let connected = RouteMessage(
                to: source, link: wire.index, preferredSource: source.address, protocol: .kernel)
            let routes = try client.routes(.ipv4)
            #expect(routes == [connected])
        }
    }
}
