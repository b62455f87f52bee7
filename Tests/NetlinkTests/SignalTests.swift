import Netlink
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

    @Test("ends the listening of a socket, at once when it was raised before", .timeLimit(.minutes(10)))
    func endsListening() async throws {
        let raised = try Signal()
        raised.raise()
        var socket = try NotificationSocket.open([.links], until: raised)
        #expect(try socket.receive() == .stopped)

        let signal = try Signal()
        var other = try NotificationSocket.open([], until: signal)
        let end = Task { signal.raise() }
        #expect(try other.receive() == .stopped)
        await end.value
    }
}
