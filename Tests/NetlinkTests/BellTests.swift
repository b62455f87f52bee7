import Netlink
import TestSupport
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

    @Test("is told of by the socket that listens, and not after the end", .timeLimit(.minutes(10)))
    func interruptsListening() throws {
        let (signal, bell) = (try Signal(), try Bell())
        var socket = try NotificationSocket.open([], until: signal, bell: bell)
        bell.ring()
        try expect(socket.receive(), equals: .rung)
        signal.raise()
        bell.ring()
        try expect(socket.receive(), equals: .stopped)
    }
}
