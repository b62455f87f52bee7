import Glibc
import Netlink
import NetlinkTestKit
import SystemCalls
import TestSupport
import Testing

@Suite("The transport of NetlinkConnection")
struct ConnectionStepTests {
    @Test("NetlinkConnection keeps its transport after a refusal")
    func refusalKeeps() throws {
        let kernel = KernelScript(
            .answer { acknowledgement($0, errno: EEXIST) }, .answer { acknowledgement($0) })
        var connection = connect(to: kernel)
        #expect(throws: NetlinkError.refused(KernelRefusal(errno: .alreadyExists))) {
            try connection.execute(request())
        }
        try connection.execute(request())
        #expect(kernel.events == [.opened, .sent, .received, .sent, .received])
    }

    @Test("NetlinkConnection replaces a desynchronized transport for the next request", arguments: Desync.all)
    func reopens(lost: Desync) throws {
        let kernel = KernelScript(lost.reactions + [.answer { acknowledgement($0) }])
        var connection = connect(to: kernel)
        #expect(throws: lost.error) { try connection.execute(request(), answers: readIndex) }
        #expect(kernel.openings == 1)
        #expect(kernel.events.last == .closed)
        try connection.execute(request())
        #expect(kernel.events.suffix(3) == [.opened, .sent, .received])
        // The second request never gets a late answer to the first.
        #expect(kernel.requests.map(sequence(of:)) == [1, 2])
    }

    @Test("NetlinkConnection also closes a desynchronized transport between the attempts of a dump")
    func dumpReopens() throws {
        let kernel = KernelScript(
            .answer { link(1, $0, interrupted: true) + done($0) }, .silence, .answer { link(2, $0) + done($0) })
        var connection = connect(to: kernel)
        #expect(throws: NetlinkError.timedOut) { try indexes(&connection) }
        try expect(indexes(&connection), equals: [2])
        #expect(kernel.openings == 2)
    }

    @Test("NetlinkConnection ignores up to a thousand foreign messages", arguments: [1000, 1001])
    func boundedSkipping(count: Int) throws {
        let stranger = Reaction.answer { link(1, $0 &+ 1) }
        let kernel = KernelScript(Array(repeating: stranger, count: count) + [.answer { acknowledgement($0) }])
        var connection = connect(to: kernel)
        if count <= 1000 {
            try connection.execute(request())
        } else {
            #expect(throws: NetlinkError.timedOut) { try connection.execute(request()) }
        }
    }

    @Test("NetlinkConnection reports why it cannot open a transport, and retries")
    func cannotOpen() throws {
        let kernel = KernelScript(.answer { acknowledgement($0) })
        let refusals = Countdown(from: 1)
        var connection = NetlinkConnection { () throws(SystemError) in
            guard refusals.isOver else { throw SystemError(call: "socket", code: EMFILE) }
            return kernel.open()
        }
        #expect(throws: NetlinkError.system(SystemError(call: "socket", code: EMFILE))) {
            try connection.execute(request())
        }
        try connection.execute(request())
        #expect(kernel.openings == 1)
    }

    @Test("NetlinkConnection opens a transport on first use and closes it when it is destroyed")
    func lifetime() throws {
        let kernel = KernelScript(.answer { acknowledgement($0) })
        do {
            var connection = connect(to: kernel)
            #expect(kernel.events == [])
            try connection.execute(request())
        }
        #expect(kernel.events == [.opened, .sent, .received, .closed])
    }
}

/// A way to lose synchronization with the kernel, and the error that reports it.
struct Desync: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let reactions: [Reaction]
    let error: NetlinkError

    static let all = [
        Desync("silence", [.silence], .timedOut),
        Desync("silence in the middle of an answer", [.answer { link(1, $0) }, .silence], .timedOut),
        Desync("an overrun", [.failure(ENOBUFS)], .system(SystemError(call: "recv", errno: .noBufferSpace))),
        Desync(
            "a refused connection", [.failure(ECONNREFUSED)],
            .system(SystemError(call: "recv", code: ECONNREFUSED))),
        Desync(
            "a truncated header", [.answer { Array(acknowledgement($0).prefix(10)) }],
            .malformedAnswer(.truncatedHeader(size: 10, expected: 16))),
        Desync(
            "a truncated datagram", [.answer { Array(acknowledgement($0).prefix(20)) }],
            .malformedAnswer(.badLength(36, available: 20))),
        Desync(
            "an acknowledgement without its number", [.answer { wireMessage(type: 2, sequence: $0) }],
            .malformedAnswer(.truncatedHeader(size: 0, expected: 20))),
        Desync(
            "an answer that cannot be decoded", [.answer { wireMessage(type: 16, sequence: $0, [1]) }],
            .malformedAnswer(.truncatedHeader(size: 1, expected: 16))),
        Desync(
            "a flood of foreign messages", Array(repeating: .answer { link(1, $0 &+ 1) }, count: 1001), .timedOut),
    ]

    private init(_ description: String, _ reactions: [Reaction], _ error: NetlinkError) {
        testDescription = description
        self.reactions = reactions
        self.error = error
    }
}
