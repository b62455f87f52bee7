import DriverTestKit
import NetworkTypes
import TestSupport
import Testing

@testable import DriverCore

@Suite("Lost endpoints")
struct LostEndpointTests {
    /// A host with one running container.
    private static func running() throws -> DriverFixture {
        var fixture = try DriverFixture()
        try fixture.createNetwork()
        try fixture.createEndpoint()
        try fixture.join()
        fixture.host.takeIntoContainer("sva0b1c2d3e4f5")
        return fixture
    }

    @Test("Reconciliation forgets an endpoint whose link has been missing for the grace period")
    func gone() throws {
        var fixture = try Self.running()
        fixture.host.removeInContainer("sva0b1c2d3e4f5")
        #expect(fixture.reconcile(at: 0, .everywhere) == [])
        #expect(fixture.reconcile(at: 29, .everywhere) == [])
        #expect(
            fixture.reconcile(at: 30, .everywhere) == [
                """
                endpoint a0b1c2d3e4f5 of network 1f0e9d8c7b6a was forgotten: its link was deleted with its container \
                or its parent
                """
            ])
        #expect(fixture.counts == (1, 0))
        #expect(fixture.store.endpoints.isEmpty)
        #expect(fixture.driver.repairs[.endpointsForgotten] == 1)
    }

    @Test("Reconciliation keeps endpoints in containers and endpoints missing only briefly")
    func present() throws {
        var fixture = try Self.running()
        for second in [0, 30, 60] { #expect(fixture.reconcile(at: second, .everywhere) == []) }
        let host = fixture.host.copy()
        fixture.host.removeInContainer("sva0b1c2d3e4f5")
        #expect(fixture.reconcile(at: 90, .everywhere) == [])
        fixture.host.restore(host)
        #expect(fixture.reconcile(at: 119, .everywhere) == [])
        fixture.host.removeInContainer("sva0b1c2d3e4f5")
        #expect(fixture.reconcile(at: 140, .everywhere) == [])
        #expect(fixture.counts == (1, 1))
    }

    @Test("Reconciliation keeps lost endpoints while some containers cannot be inspected")
    func hidden() throws {
        var fixture = try Self.running()
        fixture.host.removeInContainer("sva0b1c2d3e4f5")
        fixture.host.hidesContainers = true
        for second in [0, 30, 900] { #expect(fixture.reconcile(at: second, .everywhere) == []) }
        #expect(fixture.counts == (1, 1))
    }

    @Test(
        "Reconciliation forgets an endpoint that was never moved into a container after ten minutes",
        arguments: [false, true])
    func neverMoved(joins: Bool) throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork()
        try fixture.createEndpoint()
        if joins { try fixture.join() }
        for second in [0, 30, 599] { #expect(fixture.reconcile(at: second, .everywhere) == []) }
        #expect(fixture.reconcile(at: 600, .everywhere).count == 1)
        #expect(fixture.counts == (1, 0))
        #expect(!fixture.links.contains("sva0b1c2d3e4f5"))
    }

    @Test("Reconciliation keeps an endpoint that is moved into its container late")
    func movedAtLast() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork()
        try fixture.createEndpoint()
        try fixture.join()
        for second in [0, 100, 200] { #expect(fixture.reconcile(at: second, .everywhere) == []) }
        let host = fixture.host.copy()
        fixture.host.remove("sva0b1c2d3e4f5")
        #expect(fixture.reconcile(at: 300, .everywhere) == [])
        fixture.host.restore(host)
        #expect(fixture.reconcile(at: 329, .everywhere) == [])
        #expect(fixture.counts == (1, 1))
    }

    @Test("Reconciliation of the host alone does not check endpoints in containers")
    func hostOnly() throws {
        var fixture = try Self.running()
        fixture.host.removeInContainer("sva0b1c2d3e4f5")
        for second in [0, 30, 60] { #expect(fixture.reconcile(at: second) == []) }
        #expect(fixture.counts == (1, 1))
    }

    @Test("Reconciliation forgets a lost endpoint that had joined before a restart")
    func restarted() throws {
        let fixture = try Self.running()
        #expect(fixture.store.endpoints[.web]?.hasJoined == true)
        let host = fixture.host
        host.removeInContainer("sva0b1c2d3e4f5")
        var restarted = try DriverFixture(
            host,
            state: StoredState(
                networks: Array(fixture.store.networks.values), endpoints: Array(fixture.store.endpoints.values)))
        #expect(restarted.reconcile(at: 0, .everywhere) == [])
        #expect(restarted.reconcile(at: 30, .everywhere).count == 1)
    }

    @Test("Reconciliation retries when a lost endpoint's record cannot be removed")
    func storeFails() throws {
        var fixture = try Self.running()
        fixture.host.removeInContainer("sva0b1c2d3e4f5")
        #expect(fixture.reconcile(at: 0, .everywhere) == [])
        // The containers, the links and the record.
        fixture.faults.reset(failingAt: 3)
        let messages = fixture.reconcile(at: 30, .everywhere)
        #expect(messages.contains { $0.contains("step 3 was made to fail") }, "\(messages)")
        fixture.faults.reset()
        _ = fixture.reconcile(at: 31, .everywhere)
        #expect(fixture.counts == (1, 0))
    }
}
