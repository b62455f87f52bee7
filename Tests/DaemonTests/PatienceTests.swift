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
            looks.adapt(didRepair: didRepair)
            pauses.append(looks.pause.nanoseconds / 1_000_000)
        }
        #expect(pauses == [50, 100, 200, 400, 800, 800, 800, 50])
    }

    @Test("are half of an orphan's age where something may be left over", arguments: [(30, 15_000), (0, 500)])
    func suspects(age: Int, milliseconds: Int64) {
        #expect(LookSchedule(orphanAge: .seconds(age)).suspectPause == .milliseconds(milliseconds))
        var looks = LookSchedule(orphanAge: .seconds(1))
        looks.adapt(orphanAge: .seconds(age))
        #expect(looks.suspectPause == .milliseconds(milliseconds))
    }
}
