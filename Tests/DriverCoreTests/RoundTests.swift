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
    private static func bringDown(_ lab: DriverFixture) {
        lab.host.setMTU(1400, of: "eth0")
        lab.host.setMTU(1500, of: "eth0")
        lab.host.setDown("eth0.50")
    }

    @Test("A round brings a shared link up once and adds the routes of all its networks")
    func sharedLink() throws {
        var lab = try DriverFixture()
        for (number, id) in [NetworkID.first, .second].enumerated() {
            try lab.createNetwork(id, Self.parent, pools: Self.pools(number))
        }
        Self.bringDown(lab)
        _ = lab.reconcile()
        #expect(lab.driver.repairs[.linksSetUp] == 1)
        #expect(lab.host.routes.count == 2)
    }

    @Test("A call that brings a link up adds its routes too")
    func upkeepInCall() throws {
        var lab = try DriverFixture()
        try lab.createNetwork(.first, Self.parent, pools: Self.pools(1))
        Self.bringDown(lab)
        try lab.createNetwork(.second, Self.parent, pools: Self.pools(2))
        #expect(lab.host.routes.map(\.destination) == ["10.2.0.0/16"])
    }

    @Test("A round reads routes once, however many networks have lost theirs", arguments: [10, 100])
    func routesAreReadOnce(_ count: Int) throws {
        var lab = try DriverFixture()
        for number in 0..<count {
            try lab.createNetwork(
                NetworkID(unchecked: "n\(number)"), ["parent": "eth1", "mode": "l3"], pools: Self.pools(number))
        }
        lab.host.setDown("eth1")
        _ = lab.reconcile()
        lab.host.setUp("eth1")
        lab.faults.reset()
        _ = lab.reconcile()
        #expect(lab.host.routes.count == count)
        #expect(lab.faults.steps == count + 2)
    }

    @Test("A stale route is removed although two networks want its destination")
    func mutual() throws {
        var lab = try DriverFixture()
        try lab.createNetwork(.first, ["parent": "eth0", "mode": "l3"], pools: Self.pools(1))
        lab.host.setDown("eth0")
        try lab.createNetwork(.second, ["parent": "eth1", "mode": "l3"], pools: Self.pools(1))
        lab.host.rename("eth1", to: "old1")
        lab.host.add("eth1")
        lab.host.setUp("eth0")
        _ = lab.reconcile()
        let old = try lab.link("old1").index
        #expect(!lab.host.routes.contains { $0.linkIndex == old })
    }

    @Test("A round adds no routes for networks whose stale links are left to the next round")
    func undecided() throws {
        var lab = try DriverFixture()
        for number in 1...20 {
            try lab.createNetwork(
                NetworkID(unchecked: "n\(number)"), ["parent": "eth1.\(number)", "mode": "l3"],
                pools: Self.pools(number))
        }
        let state = StoredState(networks: Array(lab.store.networks.values))
        lab.host.rename("eth1", to: "old1")
        for number in 1...20 { lab.host.removeRoutes(to: Self.pools(number).first?.subnet) }
        lab.host.add("eth1")
        var restarted = try DriverFixture(lab.host, state: state)
        _ = restarted.reconcile()
        #expect(restarted.host.routes.isEmpty)
    }

    @Test("A refused route is reported once, even if a round in between cannot read the host")
    func refusedOnce() throws {
        var lab = try DriverFixture()
        try lab.createNetwork(.first, ["parent": "eth1", "mode": "l3"], pools: Self.pools(1))
        lab.host.removeRoutes(to: "10.1.0.0/16")
        lab.host.refusesRoutes = true
        #expect(lab.reconcile().count == 1)
        lab.host.hasNoLinks = true
        #expect(lab.reconcile() == ["reading the host's links failed and will be retried: list the links: refused"])
        lab.host.hasNoLinks = false
        #expect(lab.reconcile() == [])
    }

    @Test("A renamed VLAN link of ours is used and removed under its new name")
    func renamedOuter() throws {
        var lab = try DriverFixture()
        let before = lab.links
        try lab.createNetwork(.first, ["parent": "eth0.50.60"])
        lab.host.rename("eth0.50", to: "renamed")
        #expect(lab.reconcile() == [])
        lab.host.remove("eth0.50.60")
        #expect(lab.reconcile().count == 1)
        try expect(lab.link("eth0.50.60").lowerIndex, equals: lab.link("renamed").index)
        try lab.createEndpoint()
        try lab.join()
        try lab.deleteNetwork()
        #expect(lab.links == before)
    }

    @Test("A link below one that cannot be created is brought up once")
    func upkeepBelowRefusal() throws {
        var lab = try DriverFixture()
        try lab.createNetwork(.first, ["parent": "eth0.50.60"])
        try lab.createNetwork(.second, ["parent": "eth0.50"])
        lab.host.remove("eth0.50.60")
        lab.host.add("other", kind: .vlan(60), on: try lab.link("eth0.50").index)
        lab.host.setDown("eth0.50")
        _ = lab.reconcile()
        #expect(lab.driver.repairs[.linksSetUp] == 1)
    }

    @Test("A refused MTU is requested once, even if the link goes down and up")
    func refusedMTU() throws {
        var lab = try DriverFixture()
        try lab.createNetwork(.first, ["parent": "eth0.50"])
        lab.host.setMTU(1400, of: "eth0.50")
        lab.host.refusesMTUs = true
        #expect(lab.reconcile().count == 1)
        lab.host.setDown("eth0.50")
        #expect(lab.reconcile() == [#"link "eth0.50" was down and has been set up again"#])
        lab.faults.reset()
        #expect(lab.reconcile() == [])
        #expect(lab.faults.steps == 1)
    }
}
