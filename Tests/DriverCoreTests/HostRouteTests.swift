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
        var lab = try DriverFixture()
        let eth0 = try lab.link("eth0").index
        try lab.createNetwork(.first, Self.layer3)
        #expect(Set(lab.host.routes) == Set([AddressPool].lan.map { HostRoute(to: $0.subnet, over: eth0) }))
        try lab.createNetwork(.first, Self.layer3)
        #expect(lab.host.routes.count == 4)
        try lab.deleteNetwork()
        #expect(lab.host.routes.isEmpty)
    }

    @Test(
        "Networks that need no host routes get none",
        arguments: [
            (["parent": "eth0", "mode": "l3", "host_routes": "off"], false), (["parent": "eth0", "mode": "l3"], true),
            (["mode": "l3"], false), (["parent": "eth0", "mode": "l2"], false), (["parent": "eth0"], false),
        ])
    func none(_ options: [String: String], _ isInternal: Bool) throws {
        var lab = try DriverFixture()
        try lab.createNetwork(.first, options, isInternal: isInternal)
        #expect(lab.host.routes.isEmpty)
    }

    @Test(
        "A foreign route to the subnet refuses the network and stays unchanged", arguments: ["eth0", "eth1"])
    func conflict(_ parent: String) throws {
        var lab = try DriverFixture { $0.addForeignRoute(to: "10.50.0.0/16", over: "eth1") }
        let before = (lab.links, lab.host.routes)
        let options = ["parent": "\(parent).50", "mode": "l3"]
        try expect(
            lab.networkRefusal(options),
            equals: """
                the host has a route to 10.50.0.0/16 already, one (dev eth1); remove that, choose another subnet, or \
                leave this network's routes out with host_routes=off
                """)
        #expect((lab.links, lab.host.routes) == before)
        try lab.createNetwork(.first, options.merging(["host_routes": "off"]) { $1 })
    }

    @Test("A foreign route over the same parent is accepted and kept")
    func connected() throws {
        var lab = try DriverFixture { $0.addForeignRoute(to: "192.168.50.0/24", over: "eth0") }
        let before = lab.host.routes
        try lab.createNetwork(.first, Self.layer3)
        #expect(lab.host.routes.count == 4)
        try lab.deleteNetwork()
        #expect(lab.host.routes == before)
    }

    @Test("Networks on one parent share the host route of a common subnet")
    func shared() throws {
        var lab = try DriverFixture()
        for id in [NetworkID.first, .second] { try lab.createNetwork(id, Self.layer3) }
        try lab.deleteNetwork(.first)
        #expect(lab.host.routes.count == 4)
        try lab.deleteNetwork(.second)
        #expect(lab.host.routes.isEmpty)
    }

    @Test("A subnet routed over another parent is refused with the owning network's name")
    func takenByNetwork() throws {
        var lab = try DriverFixture()
        try lab.createNetwork(.first, Self.layer3)
        try expect(
            lab.refusal { lab throws(DriverError) in
                try lab.createNetwork(.second, ["parent": "eth1", "mode": "l3"])
            },
            equals: """
                the host has a route to 192.168.50.0/24 already, network 1f0e9d8c7b6a's (dev eth0); remove that, \
                choose another subnet, or leave this network's routes out with host_routes=off
                """ + DriverFixture.adviceToForgetFirst)
    }

    @Test("An orphaned host route does not block a new network")
    func orphaned() throws {
        var lab = try DriverFixture()
        try lab.createNetwork(.first, Self.layer3)
        var restarted = try DriverFixture(lab.host)
        try restarted.createNetwork(.second, ["parent": "eth1", "mode": "l3"])
        let eth1 = try restarted.link("eth1").index
        #expect(restarted.host.routes.filter { $0.linkIndex != eth1 } == [])
    }

    @Test("Host routes wait while the parent is down, which is reported, and are added on Join")
    func parentDown() throws {
        var lab = try DriverFixture { $0.setDown("eth0") }
        try lab.createNetwork(.first, Self.layer3)
        #expect(
            lab.driver.takeNotices().map(\.description) == [
                """
                link "eth0" is down; the host's routes to the network are added when it is up
                """
            ])
        #expect(lab.host.routes.isEmpty)
        lab.host.setUp("eth0")
        try lab.createEndpoint()
        try lab.join()
        #expect(lab.host.routes.count == 4)
    }

    @Test("Host routes are added again with a recreated VLAN link")
    func parentRecreated() throws {
        var lab = try DriverFixture()
        try lab.createNetwork(.first, ["parent": "eth0.50", "mode": "l3"])
        lab.host.remove("eth0.50")
        #expect(lab.host.routes.isEmpty)
        try lab.createEndpoint()
        try lab.join()
        #expect(lab.host.routes.count == 4)
    }

    @Test("Pools of `--ipam-driver null` get no host routes")
    func everything() throws {
        var lab = try DriverFixture()
        try lab.createNetwork(.first, Self.layer3, pools: [AddressPool(subnet: "0.0.0.0/0")])
        #expect(lab.host.routes.isEmpty)
    }

    @Test("The option host_routes=on is refused for an internal network")
    func internalNetwork() throws {
        let lab = try DriverFixture()
        try expect(
            lab.refusal { lab throws(DriverError) in
                try lab.createNetwork(
                    .first, ["parent": "eth0", "mode": "l3", "host_routes": "on"], isInternal: true)
            }, equals: "host_routes=on: an --internal network has no way in; leave one of them out")
    }
}
