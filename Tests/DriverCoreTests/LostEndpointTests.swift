import DriverTestKit
import NetworkTypes
import TestSupport
import Testing

@testable import DriverCore

@Suite("Lost endpoints")
struct LostEndpointTests {
    /// A host with one running container.
    private static func running() throws -> DriverFixture {
        var lab = try DriverFixture()
        try lab.createNetwork()
        try lab.createEndpoint()
        try lab.join()
        lab.host.takeIntoContainer("sva0b1c2d3e4f5")
        return lab
    }

    @Test("Reconciliation forgets an endpoint whose link has been missing for the grace period")
    func gone() throws {
        var lab = try Self.running()
        lab.host.removeInContainer("sva0b1c2d3e4f5")
        #expect(lab.reconcile(at: 0, .everywhere) == [])
        #expect(lab.reconcile(at: 29, .everywhere) == [])
        #expect(
            lab.reconcile(at: 30, .everywhere) == [
                """
                endpoint a0b1c2d3e4f5 of network 1f0e9d8c7b6a is forgotten: its link is gone, with its container or \
                with its parent
                """
            ])
        #expect(lab.counts == (1, 0))
        #expect(lab.store.endpoints.isEmpty)
        #expect(lab.driver.repairs[.endpointsForgotten] == 1)
    }

    @Test("Reconciliation keeps endpoints in containers and endpoints missing only briefly")
    func present() throws {
        var lab = try Self.running()
        for second in [0, 30, 60] { #expect(lab.reconcile(at: second, .everywhere) == []) }
        let host = lab.host.copy()
        lab.host.removeInContainer("sva0b1c2d3e4f5")
        #expect(lab.reconcile(at: 90, .everywhere) == [])
        lab.host.restore(host)
        #expect(lab.reconcile(at: 119, .everywhere) == [])
        lab.host.removeInContainer("sva0b1c2d3e4f5")
        #expect(lab.reconcile(at: 140, .everywhere) == [])
        #expect(lab.counts == (1, 1))
    }

    @Test("Reconciliation keeps lost endpoints while some containers cannot be inspected")
    func hidden() throws {
        var lab = try Self.running()
        lab.host.removeInContainer("sva0b1c2d3e4f5")
        lab.host.hidesContainers = true
        for second in [0, 30, 900] { #expect(lab.reconcile(at: second, .everywhere) == []) }
        #expect(lab.counts == (1, 1))
    }

    @Test(
        "Reconciliation forgets an endpoint that was never moved into a container after ten minutes",
        arguments: [false, true])
    func neverMoved(joins: Bool) throws {
        var lab = try DriverFixture()
        try lab.createNetwork()
        try lab.createEndpoint()
        if joins { try lab.join() }
        for second in [0, 30, 599] { #expect(lab.reconcile(at: second, .everywhere) == []) }
        #expect(lab.reconcile(at: 600, .everywhere).count == 1)
        #expect(lab.counts == (1, 0))
        #expect(!lab.links.contains("sva0b1c2d3e4f5"))
    }

    @Test("Reconciliation keeps an endpoint that is moved into its container late")
    func movedAtLast() throws {
        var lab = try DriverFixture()
        try lab.createNetwork()
        try lab.createEndpoint()
        try lab.join()
        for second in [0, 100, 200] { #expect(lab.reconcile(at: second, .everywhere) == []) }
        let host = lab.host.copy()
        lab.host.remove("sva0b1c2d3e4f5")
        #expect(lab.reconcile(at: 300, .everywhere) == [])
        lab.host.restore(host)
        #expect(lab.reconcile(at: 329, .everywhere) == [])
        #expect(lab.counts == (1, 1))
    }

    @Test("Reconciliation of the host alone does not check endpoints in containers")
    func hostOnly() throws {
        var lab = try Self.running()
        lab.host.removeInContainer("sva0b1c2d3e4f5")
        for second in [0, 30, 60] { #expect(lab.reconcile(at: second) == []) }
        #expect(lab.counts == (1, 1))
    }

    @Test("Reconciliation forgets a lost endpoint that had joined before a restart")
    func restarted() throws {
        let lab = try Self.running()
        #expect(lab.store.endpoints[.web]?.hasJoined == true)
        let host = lab.host
        host.removeInContainer("sva0b1c2d3e4f5")
        var restarted = try DriverFixture(
            host,
            state: StoredState(
                networks: Array(lab.store.networks.values), endpoints: Array(lab.store.endpoints.values)))
        #expect(restarted.reconcile(at: 0, .everywhere) == [])
        #expect(restarted.reconcile(at: 30, .everywhere).count == 1)
    }

    @Test("Reconciliation retries when a lost endpoint's record cannot be removed")
    func storeFails() throws {
        var lab = try Self.running()
        lab.host.removeInContainer("sva0b1c2d3e4f5")
        #expect(lab.reconcile(at: 0, .everywhere) == [])
        // The containers, the links and the record.
        lab.faults.reset(failingAt: 3)
        let messages = lab.reconcile(at: 30, .everywhere)
        #expect(messages.contains { $0.contains("step 3 was made to fail") }, "\(messages)")
        lab.faults.reset()
        _ = lab.reconcile(at: 31, .everywhere)
        #expect(lab.counts == (1, 0))
    }
}
