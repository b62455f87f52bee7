import DriverTestKit
import NetworkTypes
import TestSupport
import Testing

@testable import DriverCore

@Suite("Endpoint gateways and routes")
struct RouteTests {
    private static let gateways: [(addresses: [IPPrefix], gateways: [IPAddress])] = [
        (["192.168.50.10/24"], ["192.168.50.1"]),
        (["10.50.3.4/16"], ["10.50.255.254"]),
        (["fd00:51::10/64"], ["fd00:51::1"]),
        (["192.168.50.10/24", "fd00:51::10/64"], ["192.168.50.1", "fd00:51::1"]),
        (["10.50.3.4/16", "fd00:50::10/64"], ["10.50.255.254", "fd00:50::1"]),
        ([], []),
    ]

    @Test("An endpoint's gateway is that of the pool that contains its address", arguments: gateways)
    func ownGateway(_ addresses: [IPPrefix], _ gateways: [IPAddress]) throws {
        for mode in ["bridge", "private", "vepa", "passthru", "l2"] {
            let routes = try routes(["parent": "eth0", "mode": mode], addresses)
            #expect(routes.words == gateways.map { "via \($0)" })
        }
    }

    @Test("An endpoint in a pool without a gateway has no gateway")
    func noGateway() throws {
        let pools = [AddressPool(subnet: "192.168.50.0/24"), AddressPool(subnet: "10.0.0.0/8", gateway: "10.0.0.1")]
        try expect(routes(["parent": "eth0"], ["192.168.50.10/24"], pools: pools).gatewayIPv4, equals: nil)
    }

    @Test("An endpoint's gateway is that of the most specific overlapping pool")
    func overlapping() throws {
        let pools = [
            AddressPool(subnet: "10.0.0.0/8", gateway: "10.0.0.1"),
            AddressPool(subnet: "10.50.0.0/16", gateway: "10.50.0.1"),
        ]
        try expect(routes(["parent": "eth0"], ["10.50.3.4/16"], pools: pools).gatewayIPv4, equals: "10.50.0.1")
    }

    @Test("Endpoints of internal and isolated networks have no gateway or routes")
    func closed() throws {
        for routes in [
            try routes(["parent": "eth0"], ["192.168.50.10/24", "fd00:50::10/64"], isInternal: true),
            try routes([:], ["192.168.50.10/24", "fd00:50::10/64"]),
            try routes(["mode": "l2"], ["192.168.50.10/24", "fd00:50::10/64"]),
        ] {
            #expect(routes.words == [])
        }
    }

    @Test("Layer 3 endpoints have a gateway in their own subnets", arguments: ["l3", "l3s"])
    func layer3(_ mode: String) throws {
        let options = ["parent": "eth0", "mode": mode]
        let both = try routes(options, ["192.168.50.10/24", "fd00:50::10/64"])
        #expect(both.words == ["via 192.168.50.1", "via fd00:50::1"])
        try expect(routes(options, ["10.50.3.4/16"]).words, equals: ["via 10.50.255.254"])
        try expect(routes(options, ["fd00:51::10/64"]).words, equals: ["via fd00:51::1"])
        try expect(routes(options, []).words, equals: [])
    }

    private static let layer3Gateways: [(address: IPPrefix, gateway: IPAddress?, words: [String])] = [
        ("10.7.0.10/24", nil, ["via 10.7.0.1"]),
        ("10.7.0.1/24", nil, ["via 10.7.0.2"]),
        ("10.7.0.7/24", "10.7.0.7", ["via 10.7.0.1"]),
        ("10.7.0.1/30", nil, ["via 10.7.0.2"]),
        ("10.7.0.0/31", nil, ["via 10.7.0.1"]),
        ("10.7.0.1/31", nil, ["via 10.7.0.0"]),
        ("10.7.0.1/32", nil, ["on link 0.0.0.0/0"]),
        ("255.255.255.255/32", nil, ["on link 0.0.0.0/0"]),
        ("fd00:7::10/64", nil, ["via fd00:7::1"]),
        ("fd00:7::/127", nil, ["via fd00:7::1"]),
        ("fd00:7::1/128", nil, ["on link ::/0"]),
    ]

    @Test("A layer 3 endpoint's gateway is any other address of its subnet", arguments: layer3Gateways)
    func layer3Gateway(_ address: IPPrefix, _ gateway: IPAddress?, _ words: [String]) throws {
        let pools = [AddressPool(subnet: address, gateway: gateway)]
        try expect(routes(["parent": "eth0", "mode": "l3"], [address], pools: pools).words, equals: words)
    }

    @Test("Endpoints of internal and isolated layer 3 networks have routes to the network's other subnets")
    func closedLayer3() throws {
        for (options, isInternal) in [(["parent": "eth0", "mode": "l3"], true), (["mode": "l3s"], false)] {
            let ipv4 = try routes(options, ["192.168.50.10/24"], isInternal: isInternal)
            #expect(ipv4.words == ["on link 10.50.0.0/16"])
            let both = try routes(options, ["10.50.3.4/16", "fd00:50::10/64"], isInternal: isInternal)
            #expect(both.words == ["on link 192.168.50.0/24", "on link fd00:51::/64"])
        }
    }

    @Test("Endpoints of isolated layer 3 networks have no routes to the pools of `--ipam-driver null`")
    func everything() throws {
        let pools = [AddressPool(subnet: "0.0.0.0/0"), AddressPool(subnet: "::/0")]
        try expect(routes(["mode": "l3"], [], pools: pools).words, equals: [])
        try expect(routes(["mode": "l3"], ["192.168.50.10/24"], pools: pools).words, equals: [])
    }

    private func routes(
        _ options: [String: String], _ addresses: [IPPrefix], isInternal: Bool = false, pools: [AddressPool] = .lan
    ) throws -> EndpointRoutes {
        var lab = try DriverFixture()
        try lab.createNetwork(.first, options, isInternal: isInternal, pools: pools)
        try lab.createEndpoint(.web, addresses)
        return try lab.join().routes
    }
}

extension EndpointRoutes {
    /// The gateways and routes in the answer to Docker.
    fileprivate var words: [String] {
        [gatewayIPv4, gatewayIPv6].compactMap { $0.map { "via \($0)" } }
            + routes.map { $0.gateway == nil ? "on link \($0)" : $0.description }
    }
}
