import DriverTestKit
import NetworkTypes
import TestSupport
import Testing

@testable import DriverCore

@Suite("Orphans")
struct OrphanTests {
    /// A host with a network of every kind and an endpoint, whose records are lost.
    private static func withLostRecords(
        _ prepare: (inout DriverFixture) throws -> Void = { _ in }
    ) throws -> DriverFixture {
        var lab = try DriverFixture()
        try lab.createNetwork(.first, ["parent": "eth0.50.60"])
        try lab.createNetwork(.second, [:])
        try lab.createNetwork(.third, ["parent": "eth1", "mode": "l3"])
        try lab.createEndpoint()
        try lab.join()
        try prepare(&lab)
        return try DriverFixture(lab.host)
    }

    @Test("Reconciliation removes links with our alias but no record after the grace period")
    func removed() throws {
        let before = try DriverFixture().links
        var lab = try Self.withLostRecords()
        lab.host.add("eth0.51", kind: .vlan(51), on: try lab.link("eth0").index)
        lab.host.add("sv000000000000", kind: .macvlan(.bridge), on: try lab.link("eth0").index)
        for second in [0, 10, 29] {
            #expect(lab.reconcile(at: second) == [])
            #expect(lab.links.isSuperset(of: ["eth0.50", "eth0.50.60", "sd-2f0e9d8c7b6a", "sva0b1c2d3e4f5"]))
            #expect(lab.last.isWatching)
        }
        var messages: [String] = []
        for second in [30, 60, 90, 120] {
            messages += lab.reconcile(at: second)
            lab.host.finishRemovals()
        }
        #expect(lab.links == before.union(["eth0.51", "sv000000000000"]))
        #expect(lab.host.routes.isEmpty)
        let links = [
            "eth0.50": "vlan", "eth0.50.60": "vlan", "sd-2f0e9d8c7b6a": "isolated \(NetworkID.second)",
            "sva0b1c2d3e4f5": "endpoint \(EndpointID.web)",
        ]
        let routes = [AddressPool].lan.map(\.subnet)
        #expect(
            messages.sorted()
                == (links.map { "removed orphaned link \"\($0)\" (swiftvlan \($1))" }
                + routes.map { "removed the host's orphaned route to \($0)" })
                .sorted())
        #expect(lab.driver.repairs[.orphansRemoved] == links.count + routes.count)
        #expect(!lab.last.isWatching)
    }

    @Test("Reconciliation keeps an orphaned VLAN link while a container uses it")
    func held() throws {
        var lab = try Self.withLostRecords { $0.host.takeIntoContainer("sva0b1c2d3e4f5") }
        for second in [0, 30, 60] { _ = lab.reconcile(at: second) }
        #expect(lab.links.isSuperset(of: ["eth0.50", "eth0.50.60"]))
        lab.host.removeInContainer("sva0b1c2d3e4f5")
        for second in [90, 120] {
            _ = lab.reconcile(at: second)
            lab.host.finishRemovals()
        }
        #expect(lab.links.isDisjoint(with: ["eth0.50", "eth0.50.60"]))
    }

    @Test("Reconciliation keeps an orphan while it has a foreign upper link or containers are hidden")
    func heldElsewhere() throws {
        var lab = try Self.withLostRecords()
        lab.host.add("theirs", kind: .vlan(9), on: try lab.link("eth0.50.60").index)
        lab.host.moveToOtherNamespace("theirs")
        lab.host.hidesContainers = true
        for second in [0, 30, 60, 90] {
            _ = lab.reconcile(at: second)
            lab.host.finishRemovals()
        }
        #expect(lab.links.isSuperset(of: ["eth0.50", "eth0.50.60", "sd-2f0e9d8c7b6a"]))
    }

    @Test("Reconciliation removes many orphans in several passes")
    func many() throws {
        var lab = try DriverFixture()
        for number in 1...40 {
            try lab.createNetwork(NetworkID(unchecked: "network\(number)"), ["parent": "eth0.\(100 + number)"])
        }
        var restarted = try DriverFixture(lab.host)
        var left: [Int] = []
        for second in [0, 30, 31, 32, 33] {
            _ = restarted.reconcile(at: second)
            restarted.host.finishRemovals()
            left.append(restarted.host.living.count { $0.owner == .vlan })
        }
        #expect(left == [40, 24, 8, 0, 0])
    }

    @Test("Reconciliation keeps orphaned routes while an unreadable record may need them")
    func routesOfUnreadable() throws {
        let before = try Self.withLostRecords().host.copy()
        var lab = try DriverFixture(
            before.copy(),
            state: StoredState(unreadable: [UnreadableRecord(networkID: .third, message: "it is damaged")]))
        for second in [0, 30, 60] { _ = lab.reconcile(at: second) }
        #expect(lab.host.routes == before.routes)
        try lab.deleteNetwork(.third)
        for second in [90, 120] { _ = lab.reconcile(at: second) }
        #expect(lab.host.routes.isEmpty)
    }

    @Test("Reconciliation keeps an orphaned link that a new network uses")
    func needed() throws {
        var lab = try Self.withLostRecords()
        #expect(lab.reconcile(at: 0) == [])
        try lab.createNetwork(.swarm, ["parent": "eth0.50"])
        for second in [30, 60, 90] {
            _ = lab.reconcile(at: second)
            lab.host.finishRemovals()
        }
        #expect(lab.links.contains("eth0.50"))
        #expect(!lab.links.contains("eth0.50.60"))
    }

    @Test("Reconciliation replaces an orphaned route at once when a network needs its destination")
    func routeInTheWay() throws {
        var lab = try Self.withLostRecords()
        try lab.createNetwork(.first, ["parent": "eth0", "mode": "l3", "host_routes": "off"])
        let network = try #require(lab.driver.registry.networks[.first])
        let wanting = Network(
            id: network.id, attachment: network.attachment, parent: network.parent, isInternal: false,
            pools: network.pools, wantsHostRoutes: true)
        var restarted = try DriverFixture(lab.host, state: StoredState(networks: [wanting]))
        _ = restarted.reconcile()
        let eth0 = try restarted.link("eth0").index
        #expect(restarted.host.routes.count == 4)
        #expect(restarted.host.routes.filter { $0.linkIndex != eth0 } == [])
    }

    @Test("The driver forgets endpoint records without a network at startup")
    func endpointWithoutNetwork() throws {
        let endpoint = Endpoint(id: .web, networkID: .first, addresses: [], macAddress: nil)
        let lab = try DriverFixture(state: StoredState(endpoints: [endpoint]))
        #expect(lab.counts == (0, 0))
        #expect(lab.store.endpoints.isEmpty)
    }
}
