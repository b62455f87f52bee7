import DriverTestKit
import NetworkTypes
import TestSupport
import Testing

@testable import DriverCore

@Suite("Rounds of reconciliation")
struct RoundTests {
    private static let parent = ["parent": "eth0.50", "mode": "l3"]

    private static func pools(_ number: Int) -> [AddressPool] {
        IPPrefix("10.\(number).0.0/16").map { [AddressPool(subnet: $0)] } ?? []
    }

    /// Brings a network's VLAN down, with an MTU that is too small.
    private static func bringDown(_ fixture: DriverFixture) {
        fixture.host.setMTU(1400, of: "eth0")
        fixture.host.setMTU(1500, of: "eth0")
        fixture.host.setDown("eth0.50")
    }

    @Test("A round brings a shared link up once and adds the routes of all its networks")
    func sharedLink() throws {
        var fixture = try DriverFixture()
        for (number, id) in [NetworkID.first, .second].enumerated() {
            try fixture.createNetwork(id, Self.parent, pools: Self.pools(number))
        }
        Self.bringDown(fixture)
        _ = fixture.reconcile()
        #expect(fixture.driver.repairs[.linksSetUp] == 1)
        #expect(fixture.host.routes.count == 2)
    }

    @Test("A call that brings a link up adds its routes too")
    func upkeepInCall() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, Self.parent, pools: Self.pools(1))
        Self.bringDown(fixture)
        try fixture.createNetwork(.second, Self.parent, pools: Self.pools(2))
        #expect(fixture.host.routes.map(\.destination) == ["10.2.0.0/16"])
    }

    @Test("A round reads routes once, however many networks have lost theirs", arguments: [10, 100])
    func routesAreReadOnce(_ count: Int) throws {
        var fixture = try DriverFixture()
        for number in 0..<count {
            try fixture.createNetwork(
                NetworkID(unchecked: "n\(number)"), ["parent": "eth1", "mode": "l3"], pools: Self.pools(number))
        }
        fixture.host.setDown("eth1")
        _ = fixture.reconcile()
        fixture.host.setUp("eth1")
        fixture.faults.reset()
        _ = fixture.reconcile()
        #expect(fixture.host.routes.count == count)
        #expect(fixture.faults.steps == count + 2)
    }

    @Test("A stale route is removed although two networks want its destination")
    func mutual() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, ["parent": "eth0", "mode": "l3"], pools: Self.pools(1))
        fixture.host.setDown("eth0")
        try fixture.createNetwork(.second, ["parent": "eth1", "mode": "l3"], pools: Self.pools(1))
        fixture.host.rename("eth1", to: "old1")
        fixture.host.add("eth1")
        fixture.host.setUp("eth0")
        _ = fixture.reconcile()
        let old = try fixture.link("old1").index
        #expect(!fixture.host.routes.contains { $0.linkIndex == old })
    }

    @Test("A round adds no routes for networks whose stale links are left to the next round")
    func undecided() throws {
        var fixture = try DriverFixture()
        for number in 1...20 {
            try fixture.createNetwork(
                NetworkID(unchecked: "n\(number)"), ["parent": "eth1.\(number)", "mode": "l3"],
                pools: Self.pools(number))
        }
        let state = StoredState(networks: Array(fixture.store.networks.values))
        fixture.host.rename("eth1", to: "old1")
        for number in 1...20 { fixture.host.removeRoutes(to: Self.pools(number).first?.subnet) }
        fixture.host.add("eth1")
        var restarted = try DriverFixture(fixture.host, state: state)
        _ = restarted.reconcile()
        #expect(restarted.host.routes.isEmpty)
    }

    @Test("A refused route is reported once, even if a round in between cannot read the host")
    func refusedOnce() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, ["parent": "eth1", "mode": "l3"], pools: Self.pools(1))
        fixture.host.removeRoutes(to: "10.1.0.0/16")
        fixture.host.refusesRoutes = true
        #expect(fixture.reconcile().count == 1)
        fixture.host.hasNoLinks = true
        #expect(fixture.reconcile() == ["reading the host's links failed and will be retried: list the links: refused"])
        fixture.host.hasNoLinks = false
        #expect(fixture.reconcile() == [])
    }

    @Test("A renamed VLAN link of ours is used and removed under its new name")
    func renamedOuter() throws {
        var fixture = try DriverFixture()
        let before = fixture.links
        try fixture.createNetwork(.first, ["parent": "eth0.50.60"])
        fixture.host.rename("eth0.50", to: "renamed")
        #expect(fixture.reconcile() == [])
        fixture.host.remove("eth0.50.60")
        #expect(fixture.reconcile().count == 1)
        try expect(fixture.link("eth0.50.60").lowerIndex, equals: fixture.link("renamed").index)
        try fixture.createEndpoint()
        try fixture.join()
        try fixture.deleteNetwork()
        #expect(fixture.links == before)
    }

    @Test("A link below one that cannot be created is brought up once")
    func upkeepBelowRefusal() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, ["parent": "eth0.50.60"])
        try fixture.createNetwork(.second, ["parent": "eth0.50"])
        fixture.host.remove("eth0.50.60")
        fixture.host.add("other", kind: .vlan(60), on: try fixture.link("eth0.50").index)
        fixture.host.setDown("eth0.50")
        _ = fixture.reconcile()
        #expect(fixture.driver.repairs[.linksSetUp] == 1)
    }

    @Test("A refused MTU is requested once, even if the link goes down and up")
    func refusedMTU() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, ["parent": "eth0.50"])
        fixture.host.setMTU(1400, of: "eth0.50")
        fixture.host.refusesMTUs = true
        #expect(fixture.reconcile().count == 1)
        fixture.host.setDown("eth0.50")
        #expect(fixture.reconcile() == [#"link "eth0.50" was down and has been set up again"#])
        fixture.faults.reset()
        #expect(fixture.reconcile() == [])
        #expect(fixture.faults.steps == 1)
    }
}
