import DriverTestKit
import NetworkTypes
import TestSupport
import Testing

@testable import DriverCore

@Suite("Host routes to layer 3 networks")
struct HostRouteTests {
    private static let layer3 = ["parent": "eth0", "mode": "l3"]

    @Test("A layer 3 network has one host route per subnet until it is deleted")
    func wholeLife() throws {
        var fixture = try DriverFixture()
        let eth0 = try fixture.link("eth0").index
        try fixture.createNetwork(.first, Self.layer3)
        #expect(Set(fixture.host.routes) == Set([AddressPool].lan.map { HostRoute(to: $0.subnet, over: eth0) }))
        try fixture.createNetwork(.first, Self.layer3)
        #expect(fixture.host.routes.count == 4)
        try fixture.deleteNetwork()
        #expect(fixture.host.routes.isEmpty)
    }

    @Test(
        "Networks that need no host routes get none",
        arguments: [
            (["parent": "eth0", "mode": "l3", "host_routes": "off"], false), (["parent": "eth0", "mode": "l3"], true),
            (["mode": "l3"], false), (["parent": "eth0", "mode": "l2"], false), (["parent": "eth0"], false),
        ])
    func none(_ options: [String: String], _ isInternal: Bool) throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, options, isInternal: isInternal)
        #expect(fixture.host.routes.isEmpty)
    }

    @Test(
        "A foreign route to the subnet refuses the network and stays unchanged", arguments: ["eth0", "eth1"])
    func conflict(_ parent: String) throws {
        var fixture = try DriverFixture { $0.addForeignRoute(to: "10.50.0.0/16", over: "eth1") }
        let before = (fixture.links, fixture.host.routes)
        let options = ["parent": "\(parent).50", "mode": "l3"]
        try expect(
            fixture.networkRefusal(options),
            equals: """
                the host already has a route to 10.50.0.0/16 (dev eth1); remove it, choose another subnet, or create \
                this network without host routes (host_routes=off)
                """)
        #expect((fixture.links, fixture.host.routes) == before)
        try fixture.createNetwork(.first, options.merging(["host_routes": "off"]) { $1 })
    }

    @Test(
        "A network whose host routes need IPv6 is refused with the setting that switches it on",
        arguments: [
            (
                "eth0", HostRefusal.ipv6Off,
                #"IPv6 is off on link "eth0"; run `sysctl -w net.ipv6.conf.eth0.disable_ipv6=0`"#
            ),
            (
                "lan.1", .ipv6Off,
                #"IPv6 is off on link "lan.1"; run `sysctl -w net/ipv6/conf/lan.1/disable_ipv6=0`"#
            ),
            (
                "eth0.50", .ipv6Off,
                #"IPv6 is off on new links such as "eth0.50"; run `sysctl -w net.ipv6.conf.default.disable_ipv6=0`"#
            ),
            (
                "eth0", .ipv6Missing,
                """
                this host has no IPv6; run `modprobe ipv6`, or remove ipv6.disable=1 from the kernel's command line \
                and reboot
                """
            ),
        ])
    func noIPv6(_ parent: String, _ refusal: HostRefusal, _ reason: String) throws {
        let fixture = try DriverFixture { $0.ipv6RouteRefusal = refusal }
        let before = (fixture.links, fixture.host.routes)
        try expect(
            fixture.networkRefusal(["parent": parent, "mode": "l3"]),
            equals:
                "the host cannot have a route to fd00:50::/64, fd00:51::/64: \(reason), or leave the IPv6 subnet out")
        #expect((fixture.links, fixture.host.routes) == before)
    }

    @Test("A route that is lost with the link's IPv6 is reported with the setting that switches it on")
    func losesIPv6() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, Self.layer3)
        fixture.host.ipv6RouteRefusal = .ipv6Off
        for route in fixture.host.routes where route.destination.family == .ipv6 {
            fixture.host.removeRoutes(to: route.destination)
        }
        let advice = #"IPv6 is off on link "eth0"; run `sysctl -w net.ipv6.conf.eth0.disable_ipv6=0`"#
        let notices = fixture.reconcile()
        #expect(
            notices == ["fd00:50::/64", "fd00:51::/64"].map { "the host has no route to \($0) for now: \(advice)" })
    }

    @Test("A foreign route over the same parent is accepted and kept")
    func connected() throws {
        var fixture = try DriverFixture { $0.addForeignRoute(to: "192.168.50.0/24", over: "eth0") }
        let before = fixture.host.routes
        try fixture.createNetwork(.first, Self.layer3)
        #expect(fixture.host.routes.count == 4)
        try fixture.deleteNetwork()
        #expect(fixture.host.routes == before)
    }

    @Test("Networks on one parent share the host route of a common subnet")
    func shared() throws {
        var fixture = try DriverFixture()
        for id in [NetworkID.first, .second] { try fixture.createNetwork(id, Self.layer3) }
        try fixture.deleteNetwork(.first)
        #expect(fixture.host.routes.count == 4)
        try fixture.deleteNetwork(.second)
        #expect(fixture.host.routes.isEmpty)
    }

    @Test("A subnet routed over another parent is refused with the owning network's name")
    func takenByNetwork() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, Self.layer3)
        try expect(
            fixture.refusal { fixture throws(DriverError) in
                try fixture.createNetwork(.second, ["parent": "eth1", "mode": "l3"])
            },
            equals: """
                the host already has a route to 192.168.50.0/24 for network 1f0e9d8c7b6a (dev eth0); remove it, choose \
                another subnet, or create this network without host routes (host_routes=off)
                """ + DriverFixture.adviceToForgetFirst)
    }

    @Test("An orphaned host route does not block a new network")
    func orphaned() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, Self.layer3)
        var restarted = try DriverFixture(fixture.host)
        try restarted.createNetwork(.second, ["parent": "eth1", "mode": "l3"])
        let eth1 = try restarted.link("eth1").index
        #expect(restarted.host.routes.filter { $0.linkIndex != eth1 } == [])
    }

    @Test("Host routes wait while the parent is down, which is reported, and are added on Join")
    func parentDown() throws {
        var fixture = try DriverFixture { $0.setDown("eth0") }
        try fixture.createNetwork(.first, Self.layer3)
        #expect(
            fixture.driver.takeNotices().map(\.description) == [
                """
                link "eth0" is down; swiftvlan will add the host routes to the network when it comes up
                """
            ])
        #expect(fixture.host.routes.isEmpty)
        fixture.host.setUp("eth0")
        try fixture.createEndpoint()
        try fixture.join()
        #expect(fixture.host.routes.count == 4)
    }

    @Test("Host routes are added again with a recreated VLAN link")
    func parentRecreated() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, ["parent": "eth0.50", "mode": "l3"])
        fixture.host.remove("eth0.50")
        #expect(fixture.host.routes.isEmpty)
        try fixture.createEndpoint()
        try fixture.join()
        #expect(fixture.host.routes.count == 4)
    }

    @Test("Pools of `--ipam-driver null` get no host routes")
    func everything() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, Self.layer3, pools: [AddressPool(subnet: "0.0.0.0/0")])
        #expect(fixture.host.routes.isEmpty)
    }

    @Test("The option host_routes=pools is refused for an internal network")
    func internalNetwork() throws {
        let fixture = try DriverFixture()
        try expect(
            fixture.refusal { fixture throws(DriverError) in
                try fixture.createNetwork(
                    .first, ["parent": "eth0", "mode": "l3", "host_routes": "pools"], isInternal: true)
            }, equals: "host_routes=pools: an --internal network has no host routes; leave one of them out")
    }
}
