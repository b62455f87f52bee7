import Glibc
import Netlink
import SystemCalls
import TestSupport
import Testing

@Suite("Waits of NotificationSocket")
struct NotificationSocketTests {
    @Test("NotificationSocket reports a wakeup before the stop event and none after it", .timeLimit(.minutes(10)))
    func wakeup() throws {
        let (stop, wakeup) = (try StopEvent(), try Wakeup())
        var socket = try NotificationSocket.open([], until: stop, wakeup: wakeup)
        wakeup.notify()
        try expect(socket.receive(), equals: .woken)
        stop.set()
        wakeup.notify()
        try expect(socket.receive(), equals: .stopped)
    }

    @Test("NotificationSocket returns at once if the stop event is set", .timeLimit(.minutes(10)))
    func stoppedBefore() throws {
        let stop = try StopEvent()
        stop.set()
        var socket = try NotificationSocket.open([.links], until: stop)
        try expect(socket.receive(), equals: .stopped)
    }

    @Test("NotificationSocket stops waiting when the stop event is set", .timeLimit(.minutes(10)))
    func stoppedDuringWait() throws {
        let stop = try StopEvent()
        var socket = try NotificationSocket.open([], until: stop)
        let listener = "/proc/" + (try #require(linkTarget("/proc/thread-self"))) + "/stat"
        startOnOwnThread {
            // Without the thread's state the test still completes but proves less.
            _ = try? waitFor("the listening thread to sleep", reading: { try readTextFile(listener) }) {
                $0.contains(") S ")
            }
            stop.set()
        }
        try expect(socket.receive(), equals: .stopped)
    }

    private func linkTarget(_ path: String) -> String? {
        var target = [CChar](repeating: 0, count: 256)
        let count = readlink(path, &target, target.count)
        return count > 0 ? String(decoding: target.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self) : nil
    }
}
