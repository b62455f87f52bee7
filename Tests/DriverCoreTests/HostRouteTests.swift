import DriverTestKit
import NetworkTypes
import TestSupport
import Testing

@testable import DriverCore

@Suite("Routes of the host to networks at layer 3")
struct HostRouteTests {
    private static let layer3 = ["parent": "eth0", "mode": "l3"]

    @Test("there is one for each subnet, towards the parent, for as long as the network is there")
    func made() throws {
        var lab = try Lab()
        let eth0 = try lab.link("eth0").index
        try lab.createNetwork(.first, Self.layer3)
        #expect(Set(lab.host.routes) == Set([AddressPool].lan.map { HostRoute(to: $0.subnet, over: eth0) }))
        try lab.createNetwork(.first, Self.layer3)
        #expect(lab.host.routes.count == 4)
        try lab.deleteNetwork()
        #expect(lab.host.routes.isEmpty)
    }

    @Test(
        "there is none where nobody is to come in, or the user wants none",
        arguments: [
            (["parent": "eth0", "mode": "l3", "host_routes": "off"], false), (["parent": "eth0", "mode": "l3"], true),
            (["mode": "l3"], false), (["parent": "eth0", "mode": "l2"], false), (["parent": "eth0"], false),
        ])
    func none(_ options: [String: String], _ isInternal: Bool) throws {
        var lab = try Lab()
        try lab.createNetwork(.first, options, isInternal: isInternal)
        #expect(lab.host.routes.isEmpty)
    }

    @Test(
        "a route of the user's is in the way, and neither overwritten nor anything made", arguments: ["eth0", "eth1"])
    func conflict(_ parent: String) throws {
        var lab = try Lab { $0.addForeignRoute(to: "10.50.0.0/16", over: "eth1") }
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

    @Test("one over the parent itself serves as well, and stays")
    func connected() throws {
        var lab = try Lab { $0.addForeignRoute(to: "192.168.50.0/24", over: "eth0") }
        let before = lab.host.routes
        try lab.createNetwork(.first, Self.layer3)
        #expect(lab.host.routes.count == 4)
        try lab.deleteNetwork()
        #expect(lab.host.routes == before)
    }

    @Test("networks on one parent share the route of a subnet that both have")
    func shared() throws {
        var lab = try Lab()
        for id in [NetworkID.first, .second] { try lab.createNetwork(id, Self.layer3) }
        try lab.deleteNetwork(.first)
        #expect(lab.host.routes.count == 4)
        try lab.deleteNetwork(.second)
        #expect(lab.host.routes.isEmpty)
    }

    @Test("on another parent the network that has the subnet is named")
    func takenByNetwork() throws {
        var lab = try Lab()
        try lab.createNetwork(.first, Self.layer3)
        try expect(
            lab.refusal { lab throws(DriverError) in
                try lab.createNetwork(.second, ["parent": "eth1", "mode": "l3"])
            },
            equals: """
                the host has a route to 192.168.50.0/24 already, network 1f0e9d8c7b6a's (dev eth0); remove that, \
                choose another subnet, or leave this network's routes out with host_routes=off
                """)
    }

    @Test("a route of this program's that no network accounts for is no obstacle")
    func leftOver() throws {
        var lab = try Lab()
        try lab.createNetwork(.first, Self.layer3)
        var restarted = try Lab(lab.host)
        try restarted.createNetwork(.second, ["parent": "eth1", "mode": "l3"])
        let eth1 = try restarted.link("eth1").index
        #expect(restarted.host.routes.filter { $0.linkIndex != eth1 } == [])
    }

    @Test("while the parent is down there is none, which is said, and made up for when a container joins")
    func parentDown() throws {
        var lab = try Lab { $0.setDown("eth0") }
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

    @Test("they are made again with a VLAN link that somebody has removed")
    func parentMadeAgain() throws {
        var lab = try Lab()
        try lab.createNetwork(.first, ["parent": "eth0.50", "mode": "l3"])
        lab.host.remove("eth0.50")
        #expect(lab.host.routes.isEmpty)
        try lab.createEndpoint()
        try lab.join()
        #expect(lab.host.routes.count == 4)
    }

    @Test("the pools of `--ipam-driver null` are no subnets to have routes to")
    func everything() throws {
        var lab = try Lab()
        try lab.createNetwork(.first, Self.layer3, pools: [AddressPool(subnet: "0.0.0.0/0")])
        #expect(lab.host.routes.isEmpty)
    }

    @Test("on an internal network they cannot be asked for")
    func internalNetwork() throws {
        let lab = try Lab()
        try expect(
            lab.refusal { lab throws(DriverError) in
                try lab.createNetwork(
                    .first, ["parent": "eth0", "mode": "l3", "host_routes": "on"], isInternal: true)
            }, equals: "host_routes=on: an --internal network has no way in; leave one of them out")
    }
}
