import DriverTestKit
import NetworkTypes
import TestSupport
import Testing

@testable import DriverCore

@Suite("The gateway option")
struct GatewayOptionTests {
    /// The network's and the endpoint's option, and the routes that the endpoint 192.168.50.10, fd00:50::10 gets.
    struct Choice: CustomTestStringConvertible {
        let network: String?
        var endpoint: String?
        let words: [String]

        init(_ network: String?, _ words: [String]) {
            self.network = network
            self.words = words
        }

        init(_ network: String?, _ endpoint: String, _ words: [String]) {
            self.network = network
            self.endpoint = endpoint
            self.words = words
        }

        var testDescription: String { "network \(network ?? "-"), endpoint \(endpoint ?? "-")" }
    }

    private static let choices: [Choice] = [
        Choice(nil, ["via 192.168.50.1", "via fd00:50::1"]),
        Choice("none", []),
        Choice("192.168.50.254", ["via 192.168.50.254", "via fd00:50::1"]),
        Choice("198.51.100.1", ["via 198.51.100.1", "via fd00:50::1", "198.51.100.1/32"]),
        Choice("fe80::1", ["via 192.168.50.1", "via fe80::1", "fe80::1/128"]),
        Choice("fd00:51::1", ["via 192.168.50.1", "via fd00:51::1", "fd00:51::1/128"]),
        Choice(
            "198.51.100.1,fe80::1", ["via 198.51.100.1", "via fe80::1", "198.51.100.1/32", "fe80::1/128"]),
        Choice(
            "fe80::1 , 198.51.100.1", ["via 198.51.100.1", "via fe80::1", "198.51.100.1/32", "fe80::1/128"]),
        Choice("none,fe80::1", ["via fe80::1", "fe80::1/128"]),
        Choice("fe80::1,none", ["via fe80::1", "fe80::1/128"]),
        Choice(nil, "198.51.100.1", ["via 198.51.100.1", "via fd00:50::1", "198.51.100.1/32"]),
        Choice(nil, "none,FE80::1", ["via fe80::1", "fe80::1/128"]),
        Choice("198.51.100.1", "fe80::1", ["via 198.51.100.1", "via fe80::1", "fe80::1/128", "198.51.100.1/32"]),
        Choice("198.51.100.1", "192.168.50.254", ["via 192.168.50.254", "via fd00:50::1"]),
        Choice("198.51.100.1,fe80::1", "none", []),
        Choice("none", "198.51.100.1", ["via 198.51.100.1", "198.51.100.1/32"]),
        Choice("none,fe80::1", "198.51.100.1", ["via 198.51.100.1", "via fe80::1", "198.51.100.1/32", "fe80::1/128"]),
    ]

    @Test("Default routes lead to the named routers, which are reached on-link", arguments: choices)
    func choice(_ choice: Choice) throws {
        for mode in ["bridge", "l2"] {
            var lab = try DriverFixture()
            try lab.createNetwork(.first, options(choice.network, mode))
            try lab.createEndpoint(
                .web, ["192.168.50.10/24", "fd00:50::10/64"],
                options: choice.endpoint.map { ["gateway": $0] } ?? [:])
            let routes = try lab.join().routes
            let gateways = [routes.gatewayIPv4, routes.gatewayIPv6].compactMap { $0.map { "via \($0)" } }
            #expect(Set(gateways + routes.routes.map(\.description)) == Set(choice.words))
            #expect(gateways.count + routes.routes.count == choice.words.count)
        }
    }

    private func options(_ gateway: String?, _ mode: String) -> [String: String] {
        var options = ["parent": "eth0", "mode": mode]
        options["gateway"] = gateway
        return options
    }

    @Test("An endpoint gets no router of an address family that it lacks")
    func familyOfEndpoint() throws {
        var lab = try DriverFixture()
        try lab.createNetwork(.first, ["parent": "eth0", "gateway": "198.51.100.1,fe80::1"])
        try lab.createEndpoint(.web, ["fd00:50::10/64"])
        let routes = try lab.join().routes
        #expect(routes.gatewayIPv4 == nil)
        #expect(routes.routes == [StaticRoute(to: "fe80::1/128")])
    }

    @Test("Static routes can lead to and through a named router, which gets one route")
    func staticRoutes() throws {
        var lab = try DriverFixture()
        try lab.createNetwork(
            .first,
            ["parent": "eth0", "gateway": "198.51.100.1", "routes": "10.0.0.0/8 via 198.51.100.1, 198.51.100.1"])
        try lab.createEndpoint(.web, ["192.168.50.10/24"])
        try expect(
            lab.join().routes.routes.map(\.description), equals: ["198.51.100.1/32", "10.0.0.0/8 via 198.51.100.1"])
        try expect(
            lab.networkRefusal([
                "parent": "eth0", "gateway": "198.51.100.1", "routes": "198.51.100.1 via 192.168.50.9",
            ]),
            equals: """
                route 198.51.100.1/32 via 192.168.50.9: 198.51.100.1 is named as a gateway, which is reached without a \
                next hop; leave it out
                """)
    }

    @Test("An endpoint that lacks the router of its routes is refused")
    func routesOfRouter() throws {
        var lab = try DriverFixture()
        try lab.createNetwork(
            .first, ["parent": "eth0", "gateway": "198.51.100.1", "routes": "10.0.0.0/8 via 198.51.100.1"])
        #expect(
            try lab.endpointRefusal(["gateway": "none"]).hasPrefix(
                "route 10.0.0.0/8 via 198.51.100.1: 198.51.100.1 is in no subnet of the network"))
        try lab.createEndpoint(.web, ["192.168.50.10/24"], options: ["gateway": "none", "routes": "10.0.0.0/8"])
    }

    private static let mistakes: [(options: [String: String], message: String)] = [
        (
            ["gateway": "198.51.100.1,198.51.100.2"],
            "gateway=198.51.100.1,198.51.100.2: it names two routers of IPv4; name one for each family"
        ),
        (
            ["gateway": "none,198.51.100.1,fe80::1"],
            """
            gateway=none,198.51.100.1,fe80::1: with a router for each family there is none left to be without; leave \
            out none
            """
        ),
        (
            ["gateway": "none,none"],
            """
            gateway=none,none: "none,none" is not valid here; use none, or a router's address for each family, as in \
            192.168.1.1 or 192.168.1.1,fe80::1
            """
        ),
        (
            ["gateway": "192.168.50.0"],
            """
            gateway=192.168.50.0: no router has the first or last address of a subnet; write the router's own address
            """
        ),
        (
            ["gateway": "10.50.255.255"],
            """
            gateway=10.50.255.255: no router has the first or last address of a subnet; write the router's own address
            """
        ),
        (
            ["gateway": "198.51.100.1", "mode": "l3"],
            "gateway=198.51.100.1: links at layer 3 have no neighbors to be a router; leave it out or choose mode=l2"
        ),
    ]

    @Test("Invalid routers are refused with a hint", arguments: mistakes)
    func refusals(_ options: [String: String], _ message: String) throws {
        try expect(DriverFixture().networkRefusal(["parent": "eth0"].merging(options) { $1 }), equals: message)
    }

    @Test(
        "Addresses that no router can have are refused",
        arguments: [
            "0.0.0.0", "0.1.2.3", "127.0.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "ff02::1",
        ])
    func noRouter(_ address: String) throws {
        try expect(
            DriverFixture().networkRefusal(["parent": "eth0", "gateway": address]),
            equals: "gateway=\(address): no router has the address \(address); write the router's own address")
    }

    @Test(
        "A router that is not an IP address is refused",
        arguments: ["", "192.168.50.1/24", "fe80::1%eth0", "1.2.3.4 5.6.7.8"])
    func noAddress(_ text: String) throws {
        let words = try DriverFixture().networkRefusal(["parent": "eth0", "gateway": "fe80::1,\(text)"])
        #expect(words.contains("is not valid here; use none, or a router's address"))
    }

    @Test("A router is refused for an internal or isolated network and without a subnet of its family")
    func noWayOut() throws {
        let cases: [(isInternal: Bool, options: [String: String], pools: [AddressPool], reason: String)] = [
            (true, ["parent": "eth0"], .lan, "an --internal network has no way out; leave one of them out"),
            (false, [:], .lan, "a network without a parent has no way out; leave it out or name a parent"),
            (
                false, ["parent": "eth0"], [AddressPool(subnet: "fd00:50::/64")],
                "the network has no IPv4 subnet; leave it out or add one with --subnet"
            ),
            (
                false, ["parent": "eth0"], [AddressPool(subnet: "0.0.0.0/0")],
                "the network has no IPv4 subnet; leave it out or add one with --subnet"
            ),
        ]
        for (isInternal, options, pools, reason) in cases {
            var lab = try DriverFixture()
            let router = ["gateway": "198.51.100.1"]
            try expect(
                lab.refusal { lab throws(DriverError) in
                    try lab.createNetwork(
                        .first, options.merging(router) { $1 }, isInternal: isInternal, pools: pools)
                }, equals: "gateway=198.51.100.1: \(reason)")
            try lab.createNetwork(.first, options, isInternal: isInternal, pools: pools)
            try expect(lab.endpointRefusal(router), equals: "gateway=198.51.100.1: \(reason)")
        }
    }

    @Test("A subnet of two addresses can have its router at either address")
    func pointToPoint() throws {
        var lab = try DriverFixture()
        try lab.createNetwork(
            .first, ["parent": "eth0", "gateway": "10.7.0.0"], pools: [AddressPool(subnet: "10.7.0.0/31")])
        try lab.createEndpoint(.web, ["10.7.0.1/31"])
        let routes = try lab.join().routes
        #expect(routes.gatewayIPv4 == "10.7.0.0" && routes.routes.isEmpty)
    }

    @Test("A container with its router's address is refused unless it omits that router")
    func ownAddress() throws {
        var lab = try DriverFixture()
        try lab.createNetwork(.first, ["parent": "eth0", "gateway": "192.168.50.254"])
        try expect(
            lab.endpointRefusal([:], ["192.168.50.254/24"]),
            equals: """
                address 192.168.50.254 is the router's, as the option gateway says; choose another with --ip, or \
                create the network with --aux-address router=192.168.50.254 so that no container is given it
                """)
        try lab.createEndpoint(.web, ["192.168.50.254/24"], options: ["gateway": "none"])
        #expect(lab.counts.endpoints == 1)
    }
}
