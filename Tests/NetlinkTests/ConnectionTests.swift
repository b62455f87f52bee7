import CMNL
import Glibc
import Netlink
import NetlinkTestKit
import SystemCalls
import TestSupport
import Testing

@Suite("Answers to NetlinkConnection")
struct ConnectionTests {
    @Test("NetlinkConnection completes a request when its acknowledgement arrives")
    func singleAcknowledgement() throws {
        let kernel = KernelScript(.answer { acknowledgement($0) })
        var connection = connect(to: kernel)
        try connection.execute(request())
        #expect(kernel.requests == [request().message(sequence: 1)])
        #expect(kernel.events == [.opened, .sent, .received])
    }

    @Test("NetlinkConnection returns the messages that precede the acknowledgement")
    func answerBeforeAcknowledgement() throws {
        let kernel = KernelScript(.answer { link(1, $0) }, .answer { acknowledgement($0) })
        var connection = connect(to: kernel)
        var types: [UInt16] = []
        try connection.execute(request()) { (message) throws(DecodingError) in types.append(message.type) }
        #expect(types == [16])
    }

    @Test("NetlinkConnection throws a refusal, with the kernel's message if it sends one")
    func refusals() throws {
        let text = wireAttribute(1, Array("no\0".utf8))
        let kernel = KernelScript(
            .answer { acknowledgement($0, errno: EINVAL, attributes: text) },
            .answer { acknowledgement($0, errno: ENODEV) })
        var connection = connect(to: kernel)
        #expect(throws: NetlinkError.refused(KernelRefusal(errno: Errno(code: EINVAL), message: "no"))) {
            try connection.execute(request())
        }
        #expect(throws: NetlinkError.refused(KernelRefusal(errno: .noSuchDevice))) {
            try connection.execute(request())
        }
    }

    @Test("NetlinkConnection reads a dump of several datagrams and several messages in one datagram")
    func multipart() throws {
        let kernel = KernelScript(
            .answer { link(1, $0) + link(2, $0) }, .answer { link(3, $0) }, .answer { link(4, $0) + done($0) })
        var connection = connect(to: kernel)
        try expect(indexes(&connection), equals: [1, 2, 3, 4])
    }

    @Test("NetlinkConnection reads an empty table as an empty dump")
    func emptyDump() throws {
        var connection = connect(to: KernelScript(.answer { done($0) }))
        try expect(indexes(&connection), equals: [])
    }

    @Test("NetlinkConnection ignores messages after the end of an answer")
    func nothingBehindTheEnd() throws {
        var connection = connect(to: KernelScript(.answer { link(1, $0) + done($0) + link(2, $0) }))
        try expect(indexes(&connection), equals: [1])
    }

    @Test("NetlinkConnection omits from a dump the messages that its closure rejects")
    func omits() throws {
        var connection = connect(to: KernelScript(.answer { link(1, $0) + link(2, $0) + done($0) }))
        let values = try connection.dump(request()) { (message) throws(DecodingError) in
            let index = try message.header(as: ifinfomsg.self).ifi_index
            return index == 1 ? nil : index
        }
        #expect(values == [2])
    }

    @Test("NetlinkConnection throws an error at the end of a dump as a refusal, with or without a message")
    func errorAtTheEnd() throws {
        let text = wireAttribute(1, Array("too many\0".utf8))
        let kernel = KernelScript(
            .answer { link(1, $0) + done($0, errno: ENOBUFS, attributes: text) },
            .answer { link(1, $0) + done($0, errno: ENOENT) })
        var connection = connect(to: kernel)
        #expect(throws: NetlinkError.refused(KernelRefusal(errno: .noBufferSpace, message: "too many"))) {
            try indexes(&connection)
        }
        #expect(throws: NetlinkError.refused(KernelRefusal(errno: .noSuchEntry))) { try indexes(&connection) }
        #expect(kernel.openings == 1)
    }

    @Test("NetlinkConnection accepts the end of a dump that has no error number")
    func endWithoutNumber() throws {
        var connection = connect(
            to: KernelScript(.answer { link(1, $0) + wireMessage(type: 3, flags: 2, sequence: $0) }))
        try expect(indexes(&connection), equals: [1])
    }

    @Test("NetlinkConnection throws an error when the kernel refuses a dump")
    func refusedDump() throws {
        var connection = connect(to: KernelScript(.answer { acknowledgement($0, errno: EPERM) }))
        #expect(throws: NetlinkError.refused(KernelRefusal(errno: .notPermitted))) { try indexes(&connection) }
    }

    @Test("NetlinkConnection repeats an interrupted dump on the same transport", arguments: [0, 1])
    func interruptedOnce(markedMessage: Int) throws {
        let kernel = KernelScript(
            .answer {
                link(1, $0, interrupted: markedMessage == 0) + done($0, interrupted: markedMessage == 1)
            },
            .answer { link(2, $0) + link(3, $0) + done($0) })
        var connection = connect(to: kernel)
        try expect(indexes(&connection), equals: [2, 3])
        #expect(kernel.requests.map(sequence(of:)) == [1, 2])
        #expect(kernel.openings == 1)
    }

    @Test("NetlinkConnection gives up on a dump that is interrupted ten times")
    func interruptedTooOften() throws {
        let interrupted = Reaction.answer { link(1, $0, interrupted: true) + done($0) }
        let kernel = KernelScript(Array(repeating: interrupted, count: 20))
        var connection = connect(to: kernel)
        #expect(throws: NetlinkError.dumpInterrupted(attempts: 10)) { try indexes(&connection) }
        #expect(kernel.requests.count == 10)
    }

    @Test("NetlinkConnection ignores answers to other requests, in the same datagram and before it")
    func foreignSequence() throws {
        let kernel = KernelScript(
            .answer { acknowledgement($0 &+ 1, errno: EINVAL) + link(7, 0) },
            .answer { link(8, $0 &- 1) + link(1, $0) + link(9, .max) + done($0) })
        var connection = connect(to: kernel)
        try expect(indexes(&connection), equals: [1])
    }

    @Test("NetlinkConnection ignores no-op messages")
    func noOperation() throws {
        let kernel = KernelScript(
            .answer { wireMessage(type: 1, sequence: $0) + link(1, $0) + done($0) })
        var connection = connect(to: kernel)
        try expect(indexes(&connection), equals: [1])
    }

    @Test("NetlinkConnection increments sequence numbers and never uses 0, which marks notifications")
    func sequenceWraps() throws {
        let kernel = KernelScript(Array(repeating: .answer { acknowledgement($0) }, count: 4))
        var connection = NetlinkConnection(lastSequence: .max - 2) { () throws(SystemError) in kernel.open() }
        for _ in 0..<4 { try connection.execute(request()) }
        #expect(kernel.requests.map(sequence(of:)) == [.max - 1, .max, 1, 2])
    }

    @Test("NetlinkError has a readable description")
    func descriptions() {
        #expect("\(NetlinkError.timedOut)" == "the kernel did not answer in time")
        #expect(
            "\(NetlinkError.dumpInterrupted(attempts: 10))"
                == "the table changed during each of 10 attempts to read it")
        #expect(
            "\(NetlinkError.malformedAnswer(.badLength(3, available: 8)))"
                == "the kernel's answer could not be read: a length of 3 where 8 bytes are left")
        #expect(
            "\(NetlinkError.unencodable(.messageTooLong(capacity: 4096)))"
                == "the request could not be written: the message exceeds 4096 bytes")
        #expect(NetlinkError.timedOut.errno == nil)
        #expect(NetlinkError.refused(KernelRefusal(errno: .busy)).errno == .busy)
    }
}
