import Netlink
import Testing

@Suite("A bell")
struct BellTests {
    @Test("is noticed once for all the times that it was rung before")
    func noticing() throws {
        let bell = try Bell()
        #expect(!bell.takeNotice())
        bell.ring()
        bell.ring()
        #expect(bell.takeNotice())
        #expect(!bell.takeNotice())
        bell.ring()
        #expect(bell.takeNotice())
    }

    @Test("interrupts the listening of a socket, which goes on afterwards", .timeLimit(.minutes(1)))
    func interruptsListening() async throws {
        let (signal, bell) = (try Signal(), try Bell())
        var socket = try NotificationSocket.open([], until: signal, bell: bell)
        bell.ring()
        #expect(try socket.receive() == .rung)
        let ringing = Task {
            try await Task.sleep(for: .milliseconds(50))
            bell.ring()
        }
        #expect(try socket.receive() == .rung)
        try await ringing.value
        signal.raise()
        bell.ring()
        #expect(try socket.receive() == .stopped)
    }
}
