import DriverTestKit
import NetworkTypes
import Testing

@testable import DriverCore

@Suite("Networks and endpoints that Docker has lost")
struct GarbageTests {
    /// A host with one container in each of two networks.
    private static func fixture() throws -> DriverFixture {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, ["parent": "eth0.50"])
        try fixture.createEndpoint()
        try fixture.join()
        return fixture
    }

    @Test("A lost network is removed with its lost endpoint, its records and its links")
    func removed() throws {
        var fixture = try Self.fixture()
        let outcome = fixture.driver.collectGarbage(networks: [.first], endpoints: [.web]) { _ in false }
        #expect(outcome.networks == [.first])
        #expect(outcome.endpoints == [.web])
        #expect(outcome.refusals == [])
        for removal in outcome.removals { fixture.host.finish(removal) }
        fixture.driver.retryPendingRemovals()
        #expect(fixture.counts == (0, 0))
        #expect(fixture.store.endpoints.isEmpty)
        #expect(!fixture.links.contains("sva0b1c2d3e4f5"))
        #expect(!fixture.links.contains("eth0.50"))
    }

    @Test("An endpoint whose link is in a container stays, and so does its network")
    func inContainer() throws {
        var fixture = try Self.fixture()
        fixture.host.takeIntoContainer("sva0b1c2d3e4f5")
        let outcome = fixture.driver.collectGarbage(networks: [.first], endpoints: [.web]) { _ in false }
        #expect(outcome.networks == [])
        #expect(outcome.endpoints == [])
        #expect(
            outcome.refusals == [
                "endpoint a0b1c2d3e4f5 stays: its link is in a container that runs; stop that container first",
                "network 1f0e9d8c7b6a stays: it still has 1 endpoint",
            ])
        #expect(fixture.counts == (1, 1))
        #expect(fixture.links.contains("eth0.50"))
    }

    @Test("While the containers cannot be seen, only an endpoint that never joined is removed")
    func hidden() throws {
        var fixture = try Self.fixture()
        try fixture.createEndpoint(.mail)
        fixture.host.hidesContainers = true
        let outcome = fixture.driver.collectGarbage(networks: [], endpoints: [.web, .mail]) { _ in false }
        #expect(outcome.endpoints == [.mail])
        #expect(outcome.refusals.count == 1)
        #expect(outcome.refusals.allSatisfy { $0.hasPrefix("endpoint a0b1c2d3e4f5 stays: not all containers'") })
    }

    @Test("A network with an endpoint that is not lost stays")
    func endpointLeft() throws {
        var fixture = try Self.fixture()
        let outcome = fixture.driver.collectGarbage(networks: [.first], endpoints: []) { _ in false }
        #expect(outcome.refusals == ["network 1f0e9d8c7b6a stays: it still has 1 endpoint"])
        #expect(fixture.counts == (1, 1))
    }

    @Test("What Docker has just called about stays, and what is not known is left out")
    func recent() throws {
        var fixture = try Self.fixture()
        let outcome = fixture.driver.collectGarbage(networks: [.first, .second], endpoints: [.web, .dns]) { _ in true }
        #expect(
            outcome.refusals == [
                "endpoint a0b1c2d3e4f5 stays: Docker has called swiftvlan about it just now; try again in a minute",
                "network 1f0e9d8c7b6a stays: Docker has called swiftvlan about it just now; try again in a minute",
            ])
        #expect(fixture.counts == (1, 1))
    }

    @Test("A network whose record cannot be removed stays, with the reason")
    func failing() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork()
        fixture.faults.reset(failingAt: 1, isFatal: true)
        let outcome = fixture.driver.collectGarbage(networks: [.first], endpoints: []) { _ in false }
        #expect(outcome.networks == [])
        #expect(outcome.refusals.count == 1)
        #expect(outcome.refusals.allSatisfy { $0.hasPrefix("network 1f0e9d8c7b6a stays: ") })
    }
}
