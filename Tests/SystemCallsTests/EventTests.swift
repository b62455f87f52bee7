import SystemCalls
import Testing

@Suite("Event descriptors")
struct EventTests {
    @Test("Wakeup is taken once for all notifications before")
    func wakeup() throws {
        let wakeup = try Wakeup()
        #expect(!wakeup.take())
        wakeup.notify()
        wakeup.notify()
        #expect(wakeup.take())
        #expect(!wakeup.take())
        wakeup.notify()
        #expect(wakeup.take())
    }

    @Test("StopEvent is waited for within the time limit, and not at all once it is set", .timeLimit(.minutes(10)))
    func stopEvent() throws {
        let stop = try StopEvent()
        #expect(!stop.isSet)
        #expect(!stop.wait(milliseconds: 10))
        stop.set()
        stop.set()
        #expect(stop.isSet)
        #expect(stop.wait(milliseconds: 60_000))
        stop.wait()
    }

    @Test("startThread runs its closure on another thread", .timeLimit(.minutes(10)))
    func thread() throws {
        let stop = try StopEvent()
        try startThread { stop.set() }
        stop.wait()
    }
}
