import NIOCore
import Testing

@testable import swiftvlan

@Suite("Patience with a parent that is late")
struct PatienceTests {
    @Test(
        "is for hosts that are starting, and has an end",
        arguments: [(0, 0, true), (299, 59, true), (299, 60, false), (300, 0, false), (100_000, 0, false)])
    func parents(uptime: Int, waited: Int, waits: Bool) {
        let patience = Patience(parentWait: 60, orphanAge: 30)
        #expect(patience.waitsForParent(since: .seconds(waited), uptime: .seconds(uptime)) == waits)
    }

    @Test("is as long as it is changed to")
    func change() {
        var patience = Patience(parentWait: 60, orphanAge: 30)
        patience.change(parentWait: 90, orphanAge: 5)
        #expect(patience.waitsForParent(since: .seconds(89), uptime: .zero))
        #expect(patience.orphanAge == .seconds(5))
    }

    @Test("knows how long the host has been up")
    func uptime() throws {
        #expect(Patience.uptime > .zero)
    }
}

@Suite("Pauses between looks at the host")
struct LookScheduleTests {
    @Test("grow while there is something to repair, and are short again after a look that found nothing")
    func pauses() {
        var looks = LookSchedule(orphanAge: .seconds(30))
        var pauses: [Int64] = []
        for didRepair in [false, true, true, true, true, true, true, false] {
            looks.adapt(didRepair: didRepair, took: .milliseconds(1))
            pauses.append(looks.pause.nanoseconds / 1_000_000)
        }
        #expect(pauses == [50, 100, 200, 400, 800, 800, 800, 50])
    }

    @Test("are ten times as long as a look, where that takes long", arguments: [(3, 50), (20, 200), (500, 800)])
    func longLooks(took: Int, milliseconds: Int64) {
        var looks = LookSchedule(orphanAge: .seconds(30))
        looks.adapt(didRepair: false, took: .milliseconds(took))
        #expect(looks.pause == .milliseconds(milliseconds))
    }

    @Test("grow up to a minute while looks cannot be finished, and are short again when one was or has got on")
    func retries() {
        var looks = LookSchedule(orphanAge: .seconds(30))
        let pauses = [true, true, true, false, true].map { looks.nextRetry(after: $0).nanoseconds / 1_000_000 }
        #expect(pauses == [500, 1000, 2000, 4000, 500])
        for _ in 0..<10 { _ = looks.nextRetry(after: true) }
        #expect(looks.nextRetry(after: true) == LookSchedule.period)
        looks.adapt(didRepair: true, took: .zero)
        #expect(looks.nextRetry(after: true) == LookSchedule.retry)
    }

    @Test("are half of an orphan's age where something may be left over", arguments: [(30, 15_000), (0, 500)])
    func suspects(age: Int, milliseconds: Int64) {
        #expect(LookSchedule(orphanAge: .seconds(age)).suspectPause == .milliseconds(milliseconds))
    }
}
