import Glibc
import Netlink
import TestSupport
import Testing

@Suite("A signal")
struct SignalTests {
    @Test("is waited for no longer than it is asked for, and not at all once it is raised", .timeLimit(.minutes(10)))
    func waiting() throws {
        let signal = try Signal()
        #expect(!signal.isRaised)
        #expect(!signal.wait(milliseconds: 10))
        signal.raise()
        signal.raise()
        #expect(signal.isRaised)
        #expect(signal.wait(milliseconds: 60_000))
        signal.wait()
    }

    @Test("ends the listening of a socket that begins after it was raised", .timeLimit(.minutes(10)))
    func isRaisedBefore() throws {
        let signal = try Signal()
        signal.raise()
        var socket = try NotificationSocket.open([.links], until: signal)
        let reception = try socket.receive()
        #expect(reception == .stopped)
    }

    @Test("ends the listening of a socket whose thread sleeps already", .timeLimit(.minutes(10)))
    func endsListening() throws {
        let signal = try Signal()
        var socket = try NotificationSocket.open([], until: signal)
        let listener = "/proc/" + (try #require(linkTarget("/proc/thread-self"))) + "/stat"
        startOnOwnThread {
            // Without the thread's state the test still ends, and proves less.
            _ = try? waitFor("the listening thread to sleep", reading: { try readTextFile(listener) }) {
                $0.contains(") S ")
            }
            signal.raise()
        }
        let reception = try socket.receive()
        #expect(reception == .stopped)
    }

    private func linkTarget(_ path: String) -> String? {
        var target = [CChar](repeating: 0, count: 256)
        let count = readlink(path, &target, target.count)
        return count > 0 ? String(decoding: target.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self) : nil
    }
}
