import Glibc
import SystemCalls
import Testing

@Suite("Event descriptors")
struct EventTests {
    @Test("Wakeup reports several notifications once")
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

    @Test("StopEvent is waited for up to the time limit, and not at all once it is set", .timeLimit(.minutes(10)))
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

    @Test("A StopEvent that cannot be waited for is checked again after a pause", .timeLimit(.minutes(10)))
    func failingWait() async {
        await #expect(processExitsWith: .success) {
            let stop = try StopEvent()
            // With this limit poll refuses even one descriptor (poll(2)).
            var none = rlimit(rlim_cur: 0, rlim_max: 0)
            #expect(setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &none) == 0)
            let start = ContinuousClock.now
            #expect(!stop.wait(milliseconds: 60_000))
            let time = ContinuousClock.now - start
            #expect((.milliseconds(10)...(.seconds(50))).contains(time), "\(time)")
            stop.set()
            stop.wait()
        }
    }

    @Test("A started thread runs its closure on another thread", .timeLimit(.minutes(10)))
    func thread() throws {
        let stop = try StopEvent()
        try startThread(named: "test") { stop.set() }
        stop.wait()
    }
}
