import DriverTestKit
import NetworkTypes
import TestSupport
import Testing

@testable import DriverCore

@Suite("Records")
struct RecordTests {
    private static let unreadable = UnreadableRecord(
        networkID: .first, message: "record networks/1f.json was written by a newer swiftvlan; install that again")

    @Test("Unreadable records are reported, and calls for their network are refused with the reason")
    func unreadableNetwork() throws {
        var fixture = try DriverFixture(state: StoredState(unreadable: [Self.unreadable]))
        #expect(fixture.driver.takeNotices() == [.recordUnreadable(Self.unreadable.message)])
        #expect(fixture.driver.status == "0 networks, 1 unreadable")
        let message = "network 1f0e9d8c7b6a cannot be used: \(Self.unreadable.message)"
        try expect(fixture.refusal { fixture throws(DriverError) in try fixture.createEndpoint() }, equals: message)
        try expect(fixture.refusal { fixture throws(DriverError) in try fixture.join() }, equals: message)
        try fixture.createNetwork()
        try fixture.createEndpoint()
        #expect(fixture.driver.status == "1 network")
    }

    @Test("Unreadable records are removed with their network")
    func removedUnreadable() throws {
        var fixture = try DriverFixture(state: StoredState(unreadable: [Self.unreadable]))
        try fixture.deleteNetwork()
        #expect(fixture.driver.status == "0 networks")
    }

    @Test("Records that cannot be removed keep their network and are retried")
    func removalFails() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, ["parent": "eth0.50"])
        fixture.faults.reset(failingAt: 1)
        try expect(
            fixture.refusal { fixture throws(DriverError) in try fixture.deleteNetwork() },
            equals: "step 1 was made to fail")
        fixture.faults.reset(failingAt: 1)
        #expect(throws: DriverError.self) { try fixture.driver.deleteNetwork(.first) }
        #expect(fixture.counts == (1, 0))
        #expect(fixture.links.contains("eth0.50"))
        #expect(fixture.driver.hasPendingRemovals)
        fixture.faults.reset()
        fixture.driver.retryPendingRemovals()
        #expect(fixture.counts == (0, 0))
        #expect(!fixture.links.contains("eth0.50"))
        #expect(!fixture.driver.hasPendingRemovals)
    }

    @Test("Pending record removals survive a failed CreateNetwork for the same network")
    func askedForInVain() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork()
        fixture.faults.reset(failingAt: 1)
        #expect(throws: DriverError.self) { try fixture.driver.deleteNetwork(.first) }
        fixture.faults.reset()
        #expect(throws: DriverError.self) { try fixture.createNetwork(.first, ["parent": "absent0"]) }
        #expect(fixture.driver.hasPendingRemovals)
        fixture.driver.retryPendingRemovals()
        #expect(fixture.counts == (0, 0))
    }

    @Test("Pending record removals are reported once across retries")
    func reportedOnce() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork()
        fixture.faults.reset(failingAt: 1)
        #expect(throws: DriverError.self) { try fixture.driver.deleteNetwork(.first) }
        #expect(fixture.driver.takeNotices().count == 1)
        for _ in 0..<3 {
            fixture.faults.reset(failingAt: 1)
            fixture.driver.retryPendingRemovals()
            #expect(fixture.driver.takeNotices().isEmpty)
            #expect(fixture.driver.hasPendingRemovals)
        }
    }

    @Test("Pending record removals are canceled when their network is created again")
    func recreated() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork()
        fixture.faults.reset(failingAt: 1)
        #expect(throws: DriverError.self) { try fixture.driver.deleteNetwork(.first) }
        fixture.faults.reset()
        try fixture.createNetwork()
        fixture.driver.retryPendingRemovals()
        #expect(fixture.counts == (1, 0))
    }

    @Test("A join whose record cannot be written leaves no link")
    func joinFails() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork()
        try fixture.createEndpoint()
        // The parent, the link and the record.
        fixture.faults.reset(failingAt: 3)
        #expect(throws: DriverError.self) { try fixture.join() }
        #expect(!fixture.links.contains("sva0b1c2d3e4f5"))
    }
}
