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
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, ["parent": "eth0.50.60"])
        try fixture.createNetwork(.second, [:])
        try fixture.createNetwork(.third, ["parent": "eth1", "mode": "l3"])
        try fixture.createEndpoint()
        try fixture.join()
        try prepare(&fixture)
        return try DriverFixture(fixture.host)
    }

    @Test("Reconciliation removes links with our alias but no record after the grace period")
    func removed() throws {
        let before = try DriverFixture().links
        var fixture = try Self.withLostRecords()
        fixture.host.add("eth0.51", kind: .vlan(51), on: try fixture.link("eth0").index)
        fixture.host.add("sv000000000000", kind: .macvlan(.bridge), on: try fixture.link("eth0").index)
        for second in [0, 10, 29] {
            #expect(fixture.reconcile(at: second) == [])
            #expect(fixture.links.isSuperset(of: ["eth0.50", "eth0.50.60", "sd-2f0e9d8c7b6a", "sva0b1c2d3e4f5"]))
            #expect(fixture.last.isWatching)
        }
        var messages: [String] = []
        for second in [30, 60, 90, 120] {
            messages += fixture.reconcile(at: second)
            fixture.host.finishRemovals()
        }
        #expect(fixture.links == before.union(["eth0.51", "sv000000000000"]))
        #expect(fixture.host.routes.isEmpty)
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
        #expect(fixture.driver.repairs[.orphansRemoved] == links.count + routes.count)
        #expect(!fixture.last.isWatching)
    }

    @Test("Reconciliation keeps an orphaned VLAN link while a container uses it")
    func held() throws {
        var fixture = try Self.withLostRecords { $0.host.takeIntoContainer("sva0b1c2d3e4f5") }
        for second in [0, 30, 60] { _ = fixture.reconcile(at: second) }
        #expect(fixture.links.isSuperset(of: ["eth0.50", "eth0.50.60"]))
        fixture.host.removeInContainer("sva0b1c2d3e4f5")
        for second in [90, 120] {
            _ = fixture.reconcile(at: second)
            fixture.host.finishRemovals()
        }
        #expect(fixture.links.isDisjoint(with: ["eth0.50", "eth0.50.60"]))
    }

    @Test("Reconciliation keeps an orphan while it has a foreign upper link or containers are hidden")
    func heldElsewhere() throws {
        var fixture = try Self.withLostRecords()
        fixture.host.add("theirs", kind: .vlan(9), on: try fixture.link("eth0.50.60").index)
        fixture.host.moveToOtherNamespace("theirs")
        fixture.host.hidesContainers = true
        for second in [0, 30, 60, 90] {
            _ = fixture.reconcile(at: second)
            fixture.host.finishRemovals()
        }
        #expect(fixture.links.isSuperset(of: ["eth0.50", "eth0.50.60", "sd-2f0e9d8c7b6a"]))
    }

    @Test("Reconciliation removes many orphans in several passes")
    func many() throws {
        var fixture = try DriverFixture()
        for number in 1...40 {
            try fixture.createNetwork(NetworkID(unchecked: "network\(number)"), ["parent": "eth0.\(100 + number)"])
        }
        var restarted = try DriverFixture(fixture.host)
        var left: [Int] = []
        for second in [0, 30, 31, 32, 33] {
            _ = restarted.reconcile(at: second)
            restarted.host.finishRemovals()
            left.append(restarted.host.living.count { $0.owner == .vlan })
        }
        #expect(left == [40, 24, 8, 0, 0])
    }

    @Test("Reconciliation keeps orphaned routes while an unreadable endpoint's record may need them")
    func routesOfUnreadableEndpoint() throws {
        let before = try Self.withLostRecords().host.copy()
        var fixture = try DriverFixture(
            before.copy(),
            state: StoredState(unreadable: [UnreadableRecord(networkID: nil, message: "it is damaged")]))
        for second in [0, 30, 60] { _ = fixture.reconcile(at: second) }
        #expect(fixture.host.routes == before.routes)
    }

    @Test("Reconciliation keeps orphaned routes while an unreadable network's record may need them")
    func routesOfUnreadable() throws {
        let before = try Self.withLostRecords().host.copy()
        var fixture = try DriverFixture(
            before.copy(),
            state: StoredState(unreadable: [UnreadableRecord(networkID: .third, message: "it is damaged")]))
        for second in [0, 30, 60] { _ = fixture.reconcile(at: second) }
        #expect(fixture.host.routes == before.routes)
        try fixture.deleteNetwork(.third)
        for second in [90, 120] { _ = fixture.reconcile(at: second) }
        #expect(fixture.host.routes.isEmpty)
    }

    @Test("Reconciliation keeps an orphaned link that a new network uses")
    func needed() throws {
        var fixture = try Self.withLostRecords()
        #expect(fixture.reconcile(at: 0) == [])
        try fixture.createNetwork(.swarm, ["parent": "eth0.50"])
        for second in [30, 60, 90] {
            _ = fixture.reconcile(at: second)
            fixture.host.finishRemovals()
        }
        #expect(fixture.links.contains("eth0.50"))
        #expect(!fixture.links.contains("eth0.50.60"))
    }

    @Test("Reconciliation replaces an orphaned route at once when a network needs its destination")
    func routeInTheWay() throws {
        var fixture = try Self.withLostRecords()
        try fixture.createNetwork(.first, ["parent": "eth0", "mode": "l3", "host_routes": "off"])
        let network = try #require(fixture.driver.registry.networks[.first])
        let wanting = Network(
            id: network.id, attachment: network.attachment, parent: network.parent, isInternal: false,
            pools: network.pools, hostRoutes: .pools)
        var restarted = try DriverFixture(fixture.host, state: StoredState(networks: [wanting]))
        _ = restarted.reconcile()
        let eth0 = try restarted.link("eth0").index
        #expect(restarted.host.routes.count == 4)
        #expect(restarted.host.routes.filter { $0.linkIndex != eth0 } == [])
    }

    @Test("The driver forgets endpoint records without a network at startup")
    func endpointWithoutNetwork() throws {
        let endpoint = Endpoint(id: .web, networkID: .first, addresses: [], macAddress: nil)
        let fixture = try DriverFixture(state: StoredState(endpoints: [endpoint]))
        #expect(fixture.counts == (0, 0))
        #expect(fixture.store.endpoints.isEmpty)
    }
}
