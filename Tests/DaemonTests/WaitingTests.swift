import DriverCore
import NIOCore
import NetworkTypes
import Testing

@testable import swiftvlan

@Suite("Retry limits")
struct RetryLimitsTests {
    @Test(
        "A call waits for a missing parent only while the system starts, and up to a limit",
        arguments: [(0, 0, true), (299, 59, true), (299, 60, false), (300, 0, false), (100_000, 0, false)])
    func parents(age: Int, waited: Int, waits: Bool) {
        let limits = RetryLimits(parentWait: 60, orphanAge: 30)
        let reason = RetryReason.parentMissing(link: "eth9")
        let isAllowed = limits.allowRetry(
            reason, removals: 0, waited: .seconds(waited), systemAge: .seconds(age))
        #expect(isAllowed == waits)
    }

    @Test("A call is retried while a link is being removed, up to a limit")
    func reasons() throws {
        let limits = RetryLimits(parentWait: 60, orphanAge: 30)
        let removal = try #require(InterfaceIndex(7).map { RetryReason.linkBeingRemoved(LinkRemoval(index: $0)) })
        for (reason, removals, seconds, isAllowed) in [
            (removal, 99, 600, true), (removal, 100, 0, false), (.heldByDyingLink, 9, 4, true),
            (.heldByDyingLink, 9, 5, false),
        ] {
            #expect(
                limits.allowRetry(
                    reason, removals: removals, waited: .seconds(seconds), systemAge: .seconds(100_000)) == isAllowed)
        }
    }

    @Test("A system's age is counted from its own start, not from the kernel's")
    func age() {
        #expect(SystemStart.uptime > .zero)
        let start = SystemStart(time: SystemStart.uptime - .seconds(400))
        #expect(start.age >= .seconds(400))
        #expect(start.age < .seconds(460))
    }
}

@Suite("Reconciliation schedule")
struct ReconcileScheduleTests {
    @Test("Pauses grow while rounds find something to repair, and are short again after one that finds nothing")
    func pauses() {
        var schedule = ReconcileSchedule(orphanAge: .seconds(30))
        var pauses: [Int64] = []
        for didTry in [false, true, true, true, true, true, true, false] {
            schedule.adapt(didTry: didTry, took: .milliseconds(1))
            pauses.append(schedule.pause.nanoseconds / 1_000_000)
        }
        #expect(pauses == [50, 100, 200, 400, 800, 800, 800, 50])
    }

    @Test("Pauses are ten times as long as a slow round", arguments: [(3, 50), (20, 200), (500, 800)])
    func longRounds(took: Int, milliseconds: Int64) {
        var schedule = ReconcileSchedule(orphanAge: .seconds(30))
        schedule.adapt(didTry: false, took: .milliseconds(took))
        #expect(schedule.pause == .milliseconds(milliseconds))
    }

    @Test("Retry intervals grow up to a minute while rounds are unfinished, and shrink after any progress")
    func retries() {
        var schedule = ReconcileSchedule(orphanAge: .seconds(30))
        let pauses = [true, true, true, false, true].map { schedule.nextRetry(after: $0).nanoseconds / 1_000_000 }
        #expect(pauses == [500, 1000, 2000, 4000, 500])
        for _ in 0..<10 { _ = schedule.nextRetry(after: true) }
        #expect(schedule.nextRetry(after: true) == ReconcileSchedule.period)
        schedule.adapt(didTry: true, took: .zero)
        #expect(schedule.nextRetry(after: true) == ReconcileSchedule.retry)
    }

    @Test("A possible orphan is checked again after half of its age", arguments: [(30, 15_000), (0, 500)])
    func orphans(age: Int, milliseconds: Int64) {
        #expect(ReconcileSchedule(orphanAge: .seconds(age)).orphanPause == .milliseconds(milliseconds))
        var changed = ReconcileSchedule(orphanAge: .seconds(1))
        changed.adapt(orphanAge: .seconds(age))
        #expect(changed.orphanPause == .milliseconds(milliseconds))
    }
}
