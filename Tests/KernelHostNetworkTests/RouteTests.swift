import DriverCore
import DriverTestKit
import KernelTestKit
import NetworkTypes
import RouteNetlink
import TestSupport
import Testing

@testable import KernelHostNetwork

@Suite("Routes of the host in the kernel", .needsNetworkNamespaces, .needs(.veth))
struct RouteTests {
    @Test("A route is added, recognized as the driver's, and removed", arguments: ["10.6.0.0/16", "fd00:6::/48"])
    func cycle(_ text: String) async throws {
        try await withHost { host in
            let route = HostRoute(to: try prefix(text), over: host.parent.index)
            try expect(host.kernel.routes(to: [route.destination], in: .main), equals: [])
            try host.kernel.add(route)
            try expect(host.kernel.routes(to: [route.destination], in: .main), equals: [route])
            let message = try #require(try host.routes().first { $0.destination == route.destination })
            #expect(message.protocol.rawValue == 118)
            #expect(message.scope == (route.destination.family == .ipv4 ? .link : .universe))
            #expect(throws: DriverError.self) { try host.kernel.add(route) }
            try host.kernel.remove(route)
            try expect(host.kernel.routes(to: [route.destination], in: .main), equals: [])
            try host.kernel.remove(route)
        }
    }

    @Test("A route over a link that is down fails with a specific error", arguments: ["10.6.0.0/16", "fd00:6::/48"])
    func linkDown(_ text: String) async throws {
        try await withHost { host in
            try host.set(host.parent, up: false)
            let route = HostRoute(to: try prefix(text), over: host.parent.index)
            let error = try #require(throws: DriverError.self) { try host.kernel.add(route) }
            #expect(error.refusal == .linkDown)
            #expect(error.message.hasPrefix("add route to \(text): Network is down (ENETDOWN)"))
        }
    }

    @Test("A route over a link with IPv6 off has its own error")
    func ipv6Off() async throws {
        try await withHost { host in
            try setKernelSetting("net/ipv6/conf/\(host.parent.name)/disable_ipv6", to: "1")
            let route = HostRoute(to: try prefix("fd00:6::/48"), over: host.parent.index)
            let error = try #require(throws: DriverError.self) { try host.kernel.add(route) }
            #expect(error.refusal == .ipv6Off)
            try host.kernel.add(HostRoute(to: try prefix("10.6.0.0/16"), over: host.parent.index))
        }
    }

    @Test("A refused IPv6 route over a link with a small MTU names the MTU that it needs")
    func smallMTU() async throws {
        try await withHost { host in
            try host.kernel.setMTU(1000, of: host.parent)
            let route = HostRoute(to: try prefix("fd00:6::/48"), over: host.parent.index)
            let error = try #require(throws: DriverError.self) { try host.kernel.add(route) }
            #expect(error.message.hasSuffix("an IPv6 route needs an existing link with an MTU of 1280 or more"))
        }
    }

    @Test("A route that already exists fails with a specific error", arguments: ["10.6.0.0/16", "fd00:6::/48"])
    func alreadyExists(_ text: String) async throws {
        try await withHost { host in
            let destination = try prefix(text)
            try host.add(RouteMessage(to: destination, link: host.parent.index, protocol: .static))
            let route = HostRoute(to: destination, over: host.parent.index)
            let error = try #require(throws: DriverError.self) { try host.kernel.add(route) }
            #expect(error.refusal == .alreadyExists)
            try expect(
                host.kernel.routes(to: [destination], in: .main),
                equals: [HostRoute(to: destination, over: host.parent.index, isOurs: false)])
        }
    }

    @Test(
        "A route is added or replaced in one step", .needs(.macvlan),
        arguments: [
            ["10.6.0.5/32", "10.0.0.1", "10.0.0.2"], ["fd00:6::5/128", "fd00::1", "fd00::2"],
            ["fd00:6::/64", "fd00::1", "fd00::2"],
        ])
    func replace(_ texts: [String]) async throws {
        try await withHost { host in
            let destination = try prefix(texts[0])
            let sources = try texts[1...].map { try address($0) }
            let other = HostLink(try host.make("mv0", .macvlan(MacvlanLink(mode: .bridge)), on: host.existing("p0")))
            try host.set(other, up: true)
            for source in sources { try host.kernel.add(source, to: host.parent) }
            let routes = [
                HostRoute(to: destination, over: host.parent.index, from: sources[0]),
                HostRoute(to: destination, over: host.parent.index, from: sources[1]),
                HostRoute(to: destination, over: other.index, from: sources[1]),
                HostRoute(to: destination, over: host.parent.index),
            ]
            let listener = try RouteListener()
            for route in routes {
                try host.kernel.replace(route)
                try expect(host.kernel.routes(to: [destination], in: .main), equals: [route])
            }
            // The kernel reports a replaced route once, and no removal.
            let changes = try listener.changes(of: destination)
            try host.kernel.replace(routes[3])
            try expect(host.kernel.routes(to: [destination], in: .main), equals: [routes[3]])
            #expect(changes == routes.map { .route(RouteMessage($0)) })
        }
    }

    @Test("A foreign route is never replaced", arguments: ["10.6.0.5/32", "fd00:6::5/128"])
    func othersAreNotReplaced(_ text: String) async throws {
        try await withHost { host in
            let users = RouteMessage(to: try prefix(text), link: try host.existing("p1").index, protocol: .static)
            try host.add(users)
            let error = #expect(throws: DriverError.self) {
                try host.kernel.replace(HostRoute(to: users.destination, over: host.parent.index))
            }
            #expect(error?.refusal == .alreadyExists)
            try expect(host.addedRoutes(), equals: [users])
        }
    }

    @Test("A foreign route to the same destination is never removed", arguments: ["10.6.0.0/16", "fd00:6::/48"])
    func othersStay(_ text: String) async throws {
        try await withHost { host in
            let destination = try prefix(text)
            let other = try host.existing("p1").index
            var users = [
                RouteMessage(to: destination, link: host.parent.index, protocol: .static, metric: 50),
                RouteMessage(to: destination, link: host.parent.index, protocol: .boot, metric: 5000),
                RouteMessage(to: destination, link: other, protocol: .swiftvlan, metric: 60),
                RouteMessage(to: destination, link: host.parent.index, table: 1000, protocol: .swiftvlan),
            ]
            // An IPv4 request without a metric matches any metric.
            if destination.family == .ipv6 {
                users.append(
                    RouteMessage(to: destination, link: host.parent.index, protocol: .swiftvlan, metric: 70))
            }
            for route in users { try host.add(route) }
            let before = try host.addedRoutes()
            #expect(before.count == users.count)
            // In another table, such as a VRF's, the number makes a route ours too.
            let inVRF = HostRoute(to: destination, over: host.parent.index, in: RoutingTable(1000))
            try expect(host.kernel.ownRoutes(), equals: [inVRF])
            let route = HostRoute(to: destination, over: host.parent.index)
            try host.kernel.remove(route)
            try expect(host.addedRoutes(), equals: before)
            try host.kernel.add(route)
            try expect(Set(host.kernel.ownRoutes()), equals: [route, inVRF])
            try expect(host.kernel.routes(to: [destination], in: .main).count, equals: users.count)
            try host.kernel.remove(route)
            try expect(Set(host.addedRoutes()), equals: Set(before))
        }
    }

    @Test("A route with a next hop does not count as an on-link route", arguments: AddressFamily.allCases)
    func router(family: AddressFamily) async throws {
        try await withHost { host in
            let (own, router, text) =
                family == .ipv4
                ? ("10.1.0.2/24", "10.1.0.1", "10.6.0.0/16") : ("fd00:1::2/64", "fd00:1::1", "fd00:6::/48")
            try host.add(try prefix(own), to: host.parent)
            let users = RouteMessage(
                to: try prefix(text), via: try address(router), link: host.parent.index, protocol: .static)
            try host.add(users)
            let found = try host.kernel.routes(to: [users.destination], in: .main)
            #expect(
                found == [
                    HostRoute(to: users.destination, over: host.parent.index, via: users.gateway, isOurs: false)
                ])
            try host.kernel.remove(HostRoute(to: users.destination, over: host.parent.index))
            try expect(host.kernel.routes(to: [users.destination], in: .main), equals: found)
        }
    }

    @Test(
        "A route that rejects packets is foreign and has no link", arguments: ["10.6.0.0/16", "fd00:6::/48"],
        [RouteType.blackhole, .unreachable, .prohibit, .throw])
    func refusing(_ text: String, _ type: RouteType) async throws {
        try await withHost { host in
            let destination = try prefix(text)
            try host.add(RouteMessage(to: destination, type: type, protocol: .swiftvlan, scope: .universe))
            try expect(
                host.kernel.routes(to: [destination], in: .main),
                equals: [HostRoute(to: destination, over: nil, isOurs: false)])
            try host.kernel.remove(HostRoute(to: destination, over: host.parent.index))
            try expect(host.kernel.routes(to: [destination], in: .main).count, equals: 1)
        }
    }

    @Test("Removing a route that was deleted with its link succeeds", arguments: ["10.6.0.0/16", "fd00:6::/48"])
    func linkGone(_ text: String) async throws {
        try await withHost { host in
            let route = HostRoute(to: try prefix(text), over: host.parent.index)
            try host.kernel.add(route)
            try host.delete(host.parent)
            try host.kernel.remove(route)
        }
    }

    @Test("Routes of other tables and to other destinations are ignored")
    func others() async throws {
        try await withHost { host in
            let destination = try prefix("10.6.0.0/16")
            for (text, table) in [("10.6.0.0/16", 1000), ("10.6.0.0/24", 254), ("10.0.0.0/8", 254)] {
                try host.add(
                    RouteMessage(
                        to: try prefix(text), link: host.parent.index, table: UInt32(table), protocol: .static))
            }
            try expect(host.kernel.routes(to: [destination], in: .main), equals: [])
            try expect(host.kernel.routes(to: [try prefix("10.6.0.77/24")], in: .main).count, equals: 1)
            try expect(host.kernel.routes(to: [], in: .main), equals: [])
        }
    }

    @Test("A network's route is added beside a foreign route with another metric")
    func otherMetric() async throws {
        try await withNetworkNamespace {
            let host = try HostFixture()
            var driver = try Driver(host: host.kernel, store: MemoryStore())
            let pools = [AddressPool(subnet: "10.6.0.0/16")]
            try driver.createNetwork(
                NetworkRequest(id: .first, options: ["parent": "p0", "mode": "l3"], pools: pools))
            try host.set(host.parent, up: false)
            _ = driver.reconcile(at: .zero)
            try host.set(host.parent, up: true)
            let other = try host.existing("p1").index
            try host.add(
                RouteMessage(
                    to: "10.6.0.0/16", link: other, protocol: RouteProtocol(rawValue: 12), metric: 32))
            _ = driver.reconcile(at: .zero)
            try expect(host.kernel.ownRoutes().count, equals: 1)
        }
    }
}
