import DriverTestKit
import NetworkTypes
import TestSupport
import Testing

@testable import DriverCore

@Suite("Parents in VRFs")
struct VRFTests {
    private static let tables = [RoutingTable(10), RoutingTable(20)]

    /// A host whose links eth4 and eth8 are in VRF red, and eth6 in VRF blue.
    private func makeFixture() throws -> DriverFixture {
        try DriverFixture { host in
            let blue = host.add("blue", kind: .vrf(Self.tables[1]))
            host.add("eth6", master: blue.index)
            host.add("eth8", master: host.link(named: "red")?.index)
        }
    }

    @Test("The host routes of a VRF port are in the VRF's table")
    func inVRF() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, ["parent": "eth4", "mode": "l3"])
        #expect(Set(fixture.host.routes.map(\.table)) == [RoutingTable(10)])
        #expect(fixture.host.routes.count == 4)
        try fixture.deleteNetwork()
        #expect(fixture.host.routes.isEmpty)
    }

    @Test("Networks in a VRF and outside it have the same subnet")
    func sameSubnet() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, ["parent": "eth0", "mode": "l3"])
        try fixture.createNetwork(.second, ["parent": "eth4", "mode": "l3"])
        #expect(fixture.host.routes.count == 8)
        try fixture.deleteNetwork(.first)
        #expect(Set(fixture.host.routes.map(\.table)) == [RoutingTable(10)])
        _ = fixture.reconcile()
        #expect(fixture.host.routes.count == 4)
    }

    @Test("Networks in two VRFs have the same subnet and the same container addresses")
    func twoVRFs() throws {
        var fixture = try makeFixture()
        let places: [(NetworkID, EndpointID, String)] = [(.first, .web, "eth4"), (.second, .mail, "eth6")]
        for (network, endpoint, parent) in places {
            try fixture.createNetwork(network, ["parent": parent, "mode": "l3", "host_routes": "endpoints"])
            try fixture.createEndpoint(endpoint, in: network, ["192.168.50.10/24"])
            try fixture.join(endpoint, in: network)
        }
        #expect(Set(fixture.host.routes.map(\.table)) == Set(Self.tables))
        #expect(Set(fixture.host.routes.map(\.destination)) == ["192.168.50.10/32"])
        fixture.leave()
        #expect(fixture.host.routes.map(\.table) == [Self.tables[1]])
        #expect(fixture.reconcile() == [])
    }

    @Test("A foreign route to the subnet refuses a network in the same VRF only")
    func overlap() throws {
        var fixture = try makeFixture()
        fixture.host.addForeignRoute(to: "10.50.0.0/16", over: "eth8", in: Self.tables[0])
        try expect(
            fixture.networkRefusal(["parent": "eth4", "mode": "l3"]),
            equals: """
                the host already has a route to 10.50.0.0/16 (dev eth8); remove it, choose another subnet, or create \
                this network without host routes (host_routes=off)
                """)
        for (id, parent) in [(NetworkID.first, "eth6"), (.second, "eth0")] {
            try fixture.createNetwork(id, ["parent": parent, "mode": "l3"])
        }
    }

    @Test("The host routes follow a parent into a VRF, into another one, and out of it")
    func moves() throws {
        var fixture = try makeFixture()
        try fixture.createNetwork(.first, ["parent": "eth1", "mode": "l3"])
        try fixture.createNetwork(.second, ["parent": "eth1", "mode": "l3", "host_routes": "endpoints"])
        try fixture.createEndpoint(.web, in: .second, ["192.168.50.10/24"])
        try fixture.join(.web, in: .second)
        for (vrf, table) in [("red", Self.tables[0]), ("blue", Self.tables[1]), (nil, .main)] {
            fixture.host.setMaster(vrf, of: "eth1")
            #expect(fixture.host.routes.isEmpty)
            #expect(fixture.reconcile().count == 5)
            #expect(fixture.host.routes.count == 5)
            #expect(Set(fixture.host.routes.map(\.table)) == [table])
            #expect(fixture.reconcile() == [])
        }
        try fixture.deleteNetwork(.first)
        try fixture.deleteNetwork(.second)
        #expect(fixture.host.routes.isEmpty)
    }

    @Test("A route that stayed in the table of the parent's former VRF is removed after a while")
    func leftBehind() throws {
        var fixture = try makeFixture()
        try fixture.createNetwork(
            .first, ["parent": "eth4", "mode": "l3"], pools: [AddressPool(subnet: "10.9.0.0/24")])
        let former = fixture.host.routes
        fixture.host.endPort("eth4")
        _ = fixture.reconcile()
        for route in former { try fixture.host.add(route) }
        _ = fixture.reconcile()
        _ = fixture.reconcile(at: 3600)
        #expect(fixture.host.routes.map(\.table) == [.main])
    }

    private static let refused: [(options: [String: String], message: String)] = [
        (
            ["parent": "eth4", "ipvlan_mode": "l3s"],
            """
            mode=l3s: parent "eth4" is a port of the VRF "red", which takes the packets to containers of mode l3s; use \
            mode=l3
            """
        ),
        (
            ["parent": "eth4", "host_access": "on"],
            """
            host_access=on: parent "eth4" is a port of the VRF "red", and the host reaches containers by its main \
            routing table only; leave it out, or use a parent outside VRFs
            """
        ),
        (["parent": "red"], #"parent=red: "red" is a VRF, which receives no packets itself; name one of its ports"#),
    ]

    @Test("What does not work in a VRF is refused when the network is created", arguments: refused)
    func refusals(_ options: [String: String], _ message: String) throws {
        try expect(makeFixture().networkRefusal(options), equals: message)
    }

    private static let blocked: [(options: [String: String], why: String)] = [
        (
            ["parent": "eth1", "mode": "l3s"],
            """
            which takes the packets to containers of mode l3s; remove it from there, or recreate the network with mode=l3
            """
        ),
        (
            ["parent": "eth1", "host_access": "on"],
            """
            and the host reaches containers by its main routing table only; remove it from there, or recreate the \
            network without host_access
            """
        ),
    ]

    @Test("Join and reconciliation report a network that cannot work in its parent's new VRF", arguments: blocked)
    func becomesPort(_ options: [String: String], _ why: String) throws {
        var fixture = try makeFixture()
        fixture.host.addAddress("192.168.50.2/24", to: "eth1")
        try fixture.createNetwork(.first, options)
        try fixture.createEndpoint(.web, ["192.168.50.10/24"])
        _ = fixture.driver.takeNotices()
        fixture.host.setMaster("red", of: "eth1")
        let message = #"network 1f0e9d8c7b6a cannot be used: its parent "eth1" is now a port of the VRF "red", "# + why
        #expect(fixture.reconcile() == [message])
        #expect(fixture.reconcile() == [])
        try expect(fixture.refusal { fixture throws(DriverError) in try fixture.join() }, equals: message)
        fixture.host.endPort("eth1")
        #expect(fixture.reconcile().contains("network 1f0e9d8c7b6a works again"))
        try fixture.join()
    }

    @Test("A VLAN sub-interface is outside the VRF of the link below it, also when it is created again")
    func subInterface() throws {
        var fixture = try makeFixture()
        try fixture.createNetwork(.first, ["parent": "eth4.50", "mode": "l3"])
        #expect(Set(fixture.host.routes.map(\.table)) == [.main])
        // An administrator puts it into the VRF.
        fixture.host.makePort("eth4.50", of: "red")
        _ = fixture.reconcile()
        #expect(Set(fixture.host.routes.map(\.table)) == [Self.tables[0]])
        fixture.host.remove("eth4.50")
        _ = fixture.reconcile()
        #expect(Set(fixture.host.routes.map(\.table)) == [.main])
    }
}
