import NIOCore
import Testing

@testable import swiftvlan

@Suite("Retry limits")
struct RetryLimitsTests {
    @Test(
        "A call waits for a missing parent only while the host starts, and only for a limited time",
        arguments: [(0, 0, true), (299, 59, true), (299, 60, false), (300, 0, false), (100_000, 0, false)])
    func parents(uptime: Int, waited: Int, waits: Bool) {
        let limits = Patience(parentWait: 60, orphanAge: 30)
        #expect(limits.waitsForParent(since: .seconds(waited), uptime: .seconds(uptime)) == waits)
    }

    @Test("The limits can be changed")
    func change() {
        var limits = Patience(parentWait: 60, orphanAge: 30)
        limits.change(parentWait: 90, orphanAge: 5)
        #expect(limits.waitsForParent(since: .seconds(89), uptime: .zero))
        #expect(limits.orphanAge == .seconds(5))
    }

    @Test("The host's uptime is known")
    func uptime() throws {
        #expect(Patience.uptime > .zero)
    }
}

@Suite("Reconcile schedule")
struct ReconcileScheduleTests {
    @Test("The pause grows while there is something to repair, and is reset when there is nothing")
    func pauses() {
        var schedule = LookSchedule(orphanAge: .seconds(30))
        var pauses: [Int64] = []
        for didRepair in [false, true, true, true, true, true, true, false] {
            schedule.adapt(didRepair: didRepair, took: .milliseconds(1))
            pauses.append(schedule.pause.nanoseconds / 1_000_000)
        }
        #expect(pauses == [50, 100, 200, 400, 800, 800, 800, 50])
    }

    @Test("The pause is ten times as long as a slow reconciliation", arguments: [(3, 50), (20, 200), (500, 800)])
    func slow(took: Int, milliseconds: Int64) {
        var schedule = LookSchedule(orphanAge: .seconds(30))
        schedule.adapt(didRepair: false, took: .milliseconds(took))
        #expect(schedule.pause == .milliseconds(milliseconds))
    }

    @Test("The retry pause grows up to a minute while reconciliation fails, and is reset by success or progress")
    func retries() {
        var schedule = LookSchedule(orphanAge: .seconds(30))
        let pauses = [true, true, true, false, true].map { schedule.nextRetry(after: $0).nanoseconds / 1_000_000 }
        #expect(pauses == [500, 1000, 2000, 4000, 500])
        for _ in 0..<10 { _ = schedule.nextRetry(after: true) }
        #expect(schedule.nextRetry(after: true) == LookSchedule.period)
        schedule.adapt(didRepair: true, took: .zero)
        #expect(schedule.nextRetry(after: true) == LookSchedule.retry)
    }

    @Test("The pause is half of the orphan age while there are suspects", arguments: [(30, 15_000), (0, 500)])
    func suspects(age: Int, milliseconds: Int64) {
        #expect(LookSchedule(orphanAge: .seconds(age)).suspectPause == .milliseconds(milliseconds))
    }
}
