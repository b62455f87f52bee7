import DriverTestKit
import NetworkTypes
import TestSupport
import Testing

@testable import DriverCore

@Suite("Static routes")
struct StaticRouteTests {
    @Test("Each endpoint gets the static routes of its address families whose next hop is in its subnet")
    func routes() throws {
        var lab = try DriverFixture()
        let routes = """
            10.0.0.0/8 via 192.168.50.254, 10.0.0.0/8 via 10.50.0.254,172.16.0.0/12, 203.0.113.9 via 192.168.50.253, \
            fd00:9::/48 via fd00:50::254
            """
        try lab.createNetwork(.first, ["parent": "eth0", "routes": routes])
        try lab.createEndpoint(.web, ["192.168.50.10/24"])
        try lab.createEndpoint(.mail, ["10.50.0.10/16", "fd00:50::10/64"])
        try expect(
            lab.join(.web).routes.routes.map(\.description),
            equals: [
                "172.16.0.0/12", "10.0.0.0/8 via 192.168.50.254", "203.0.113.9/32 via 192.168.50.253",
            ])
        try expect(
            lab.join(.mail).routes.routes.map(\.description),
            equals: [
                "172.16.0.0/12", "10.0.0.0/8 via 10.50.0.254", "fd00:9::/48 via fd00:50::254",
            ])
    }

    @Test("A next hop outside the subnets is accepted if an earlier route leads to it")
    func nextHopByRoute() throws {
        var lab = try DriverFixture()
        try lab.createNetwork(
            .first, ["parent": "eth0", "routes": "10.0.0.0/8 via 172.16.0.1,172.16.0.1"])
        try lab.createEndpoint(.web, ["192.168.50.10/24"])
        try expect(
            lab.join().routes.routes.map(\.description), equals: ["172.16.0.1/32", "10.0.0.0/8 via 172.16.0.1"])
    }

    @Test("An endpoint's static routes replace its network's")
    func endpointsOwn() throws {
        var lab = try DriverFixture()
        try lab.createNetwork(.first, ["parent": "eth0", "routes": "10.0.0.0/8 via 192.168.50.254"])
        try lab.createEndpoint(.web, ["192.168.50.10/24"], options: ["routes": "172.16.0.0/12 VIA 192.168.50.253"])
        try expect(lab.join().routes.routes.map(\.description), equals: ["172.16.0.0/12 via 192.168.50.253"])
    }

    @Test("Static routes at layer 3 are on-link")
    func layer3() throws {
        var lab = try DriverFixture()
        try lab.createNetwork(.first, ["parent": "eth0", "mode": "l3", "routes": "172.16.0.0/12"])
        try lab.createEndpoint(.web, ["192.168.50.10/24"])
        try expect(lab.join().routes.routes.map(\.description), equals: ["172.16.0.0/12"])
    }

    private static let mistakes: [(routes: String, message: String)] = [
        (
            "10.0.0.0/8 over 192.168.50.1",
            """
            routes=10.0.0.0/8 over 192.168.50.1: "10.0.0.0/8 over 192.168.50.1" is not valid here; use SUBNET or SUBNET \
            via ADDRESS, with commas between several
            """
        ),
        (
            "10.0.0.0/8,",
            """
            routes=10.0.0.0/8,: "10.0.0.0/8," is not valid here; use SUBNET or SUBNET via ADDRESS, with commas between \
            several
            """
        ),
        ("10.1.0.0/8", "routes=10.1.0.0/8: 10.1.0.0/8 has host bits; write 10.0.0.0/8"),
        (
            "0.0.0.0/0 via 192.168.50.1",
            """
            routes=0.0.0.0/0 via 192.168.50.1: 0.0.0.0/0 is a default route; write gateway=192.168.50.1
            """
        ),
        ("::/0", "routes=::/0: ::/0 is a default route; name its router with gateway=ADDRESS"),
        (
            "10.0.0.0/8 via router",
            #"routes=10.0.0.0/8 via router: router is not an address; write the next hop's after "via""#
        ),
        (
            "10.0.0.0/8 via fd00:50::1",
            """
            routes=10.0.0.0/8 via fd00:50::1: 10.0.0.0/8 and fd00:50::1 are of different families; name a next hop of \
            IPv4
            """
        ),
        ("192.168.50.0/24", "route 192.168.50.0/24: 192.168.50.0/24 is a subnet of the network itself; leave it out"),
        (
            "10.0.0.0/8 via 192.168.50.1, 10.0.0.0/8 via 192.168.50.2",
            "route 10.0.0.0/8 via 192.168.50.2: there is another route to 10.0.0.0/8; give one of them"
        ),
        (
            "0.0.0.0/1",
            #"route 0.0.0.0/1: the engine installs no such route without a next hop; name a next hop with "via""#
        ),
    ]

    @Test("Invalid static routes are refused with a hint", arguments: mistakes)
    func refusals(_ routes: String, _ message: String) throws {
        try expect(DriverFixture().networkRefusal(["parent": "eth0", "routes": routes]), equals: message)
    }

    @Test("Static routes with a next hop at layer 3 or without a subnet of their family are refused")
    func families() throws {
        let lab = try DriverFixture()
        try expect(
            lab.networkRefusal(["parent": "eth0", "mode": "l3", "routes": "10.0.0.0/8 via 192.168.50.1"]),
            equals: """
                route 10.0.0.0/8 via 192.168.50.1: links at layer 3 have no neighbours to be a next hop; leave out \
                "via 192.168.50.1"
                """)
        try expect(
            lab.refusal { lab throws(DriverError) in
                try lab.createNetwork(
                    .first, ["parent": "eth0", "routes": "fd00:9::/48"], pools: [AddressPool(subnet: "10.0.0.0/8")])
            }, equals: "route fd00:9::/48: the network has no IPv6 subnet; leave it out or add one with --subnet")
    }
}
