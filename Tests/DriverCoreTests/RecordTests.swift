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
        var lab = try DriverFixture(state: StoredState(unreadable: [Self.unreadable]))
        #expect(lab.driver.takeNotices() == [.recordUnreadable(Self.unreadable.message)])
        #expect(lab.driver.status == "0 networks, 1 unreadable")
        let message = "network 1f0e9d8c7b6a cannot be used: \(Self.unreadable.message)"
        try expect(lab.refusal { lab throws(DriverError) in try lab.createEndpoint() }, equals: message)
        try expect(lab.refusal { lab throws(DriverError) in try lab.join() }, equals: message)
        try lab.createNetwork()
        try lab.createEndpoint()
        #expect(lab.driver.status == "1 network")
    }

    @Test("Unreadable records are removed with their network")
    func removedUnreadable() throws {
        var lab = try DriverFixture(state: StoredState(unreadable: [Self.unreadable]))
        try lab.deleteNetwork()
        #expect(lab.driver.status == "0 networks")
    }

    @Test("Records that cannot be removed keep their network and are retried")
    func removalFails() throws {
        var lab = try DriverFixture()
        try lab.createNetwork(.first, ["parent": "eth0.50"])
        lab.faults.reset(failingAt: 1)
        try expect(
            lab.refusal { lab throws(DriverError) in try lab.deleteNetwork() }, equals: "step 1 was made to fail")
        lab.faults.reset(failingAt: 1)
        #expect(throws: DriverError.self) { try lab.driver.deleteNetwork(.first) }
        #expect(lab.counts == (1, 0))
        #expect(lab.links.contains("eth0.50"))
        #expect(lab.driver.hasPendingRemovals)
        lab.faults.reset()
        lab.driver.retryPendingRemovals()
        #expect(lab.counts == (0, 0))
        #expect(!lab.links.contains("eth0.50"))
        #expect(!lab.driver.hasPendingRemovals)
    }

    @Test("Pending record removals survive a failed CreateNetwork for the same network")
    func askedForInVain() throws {
        var lab = try DriverFixture()
        try lab.createNetwork()
        lab.faults.reset(failingAt: 1)
        #expect(throws: DriverError.self) { try lab.driver.deleteNetwork(.first) }
        lab.faults.reset()
        #expect(throws: DriverError.self) { try lab.createNetwork(.first, ["parent": "absent0"]) }
        #expect(lab.driver.hasPendingRemovals)
        lab.driver.retryPendingRemovals()
        #expect(lab.counts == (0, 0))
    }

    @Test("Pending record removals are reported once across retries")
    func reportedOnce() throws {
        var lab = try DriverFixture()
        try lab.createNetwork()
        lab.faults.reset(failingAt: 1)
        #expect(throws: DriverError.self) { try lab.driver.deleteNetwork(.first) }
        #expect(lab.driver.takeNotices().count == 1)
        for _ in 0..<3 {
            lab.faults.reset(failingAt: 1)
            lab.driver.retryPendingRemovals()
            #expect(lab.driver.takeNotices().isEmpty)
            #expect(lab.driver.hasPendingRemovals)
        }
    }

    @Test("Pending record removals are canceled when their network is created again")
    func recreated() throws {
        var lab = try DriverFixture()
        try lab.createNetwork()
        lab.faults.reset(failingAt: 1)
        #expect(throws: DriverError.self) { try lab.driver.deleteNetwork(.first) }
        lab.faults.reset()
        try lab.createNetwork()
        lab.driver.retryPendingRemovals()
        #expect(lab.counts == (1, 0))
    }

    @Test("A join whose record cannot be written leaves no link")
    func joinFails() throws {
        var lab = try DriverFixture()
        try lab.createNetwork()
        try lab.createEndpoint()
        // The parent, the link and the record.
        lab.faults.reset(failingAt: 3)
        #expect(throws: DriverError.self) { try lab.join() }
        #expect(!lab.links.contains("sva0b1c2d3e4f5"))
    }
}
