import CMNL
package import SystemCalls

/// Exchanges datagrams with the kernel.
///
/// Tests replace the kernel here: everything above, from the first length field on, runs for real in a test.
package protocol DatagramTransport: ~Copyable {
    /// Sends one whole datagram; blocks while the kernel carries out the request.
    mutating func send(_ datagram: [UInt8]) throws(SystemError)

    /// Receives one whole datagram of any length; blocks up to the transport's time limit, then throws `EAGAIN`.
    mutating func receive() throws(SystemError) -> [UInt8]
}

/// Sends requests to the kernel and reads its answers, one at a time.
///
/// Guarantees, each covered by a test:
/// - The answer belongs to the request: messages with another sequence number are skipped, up to a limit.
/// - A refusal carries the kernel's error number and its message, if it sent one; the connection stays usable.
/// - A dump is complete: its datagrams are joined, an error at its end is reported, and a dump that the kernel flags as
///   interrupted is repeated.
/// - A desynchronized connection (no answer in time, an unreadable answer, a socket error) is closed, and the next
///   request opens a new one, so that a late answer never reaches another request.
///
/// All calls block while the kernel works. `~Copyable` rules out use by two threads at once.
package struct NetlinkConnection<Transport: DatagramTransport & ~Copyable>: ~Copyable {
    private static var maximumDumpAttempts: Int { 10 }
    private static var maximumForeignMessages: Int { 1000 }

    private let open: @Sendable () throws(SystemError) -> Transport
    private var transport: Transport?
    private var lastSequence: UInt32

    /// Creates a connection that opens its transport on first use; sequence numbers start after `lastSequence`.
    package init(lastSequence: UInt32 = 0, open: @escaping @Sendable () throws(SystemError) -> Transport) {
        self.open = open
        self.lastSequence = lastSequence
        transport = nil
    }

    /// Sends a request and blocks until the kernel has carried it out; passes each message of the answer to `answers`.
    package mutating func execute(
        _ request: borrowing MessageBuilder,
        answers: (borrowing Message) throws(DecodingError) -> Void = { (_) throws(DecodingError) in }
    ) throws(NetlinkError) {
        _ = try exchange(request, answers)
    }

    /// Reads a table; returns one value per message, in the kernel's order.
    package mutating func dump<Value>(
        _ request: borrowing MessageBuilder, _ decode: (borrowing Message) throws(DecodingError) -> Value?
    ) throws(NetlinkError) -> [Value] {
        for _ in 0..<Self.maximumDumpAttempts {
            var values: [Value] = []
            let answer = try exchange(request) { (message) throws(DecodingError) in
                if let value = try decode(message) { values.append(value) }
            }
            if !answer.isInterrupted { return values }
        }
        throw .dumpInterrupted(attempts: Self.maximumDumpAttempts)
    }

    /// Sends the request and reads its answer to the end.
    ///
    /// The transport is put back only after the whole answer has been read; on any other exit it is closed.
    private mutating func exchange(
        _ request: borrowing MessageBuilder, _ handle: (borrowing Message) throws(DecodingError) -> Void
    ) throws(NetlinkError) -> Answer {
        lastSequence = lastSequence == .max ? 1 : lastSequence + 1  // 0 is for notifications
        var answer = Answer(sequence: lastSequence)
        var transport = try connected()
        do throws(SystemError) {
            try transport.send(request.message(sequence: lastSequence))
        } catch {
            throw NetlinkError(error)
        }
        while answer.verdict == nil {
            try Self.receive(from: &transport, into: &answer, handle)
        }
        self.transport = consume transport
        if case .refused(let refusal) = answer.verdict { throw .refused(refusal) }
        return answer
    }

    private mutating func connected() throws(NetlinkError) -> Transport {
        if let transport = transport.take() { return transport }
        do throws(SystemError) {
            return try open()
        } catch {
            throw NetlinkError(error)
        }
    }

    private static func receive(
        from transport: inout Transport, into answer: inout Answer,
        _ handle: (borrowing Message) throws(DecodingError) -> Void
    ) throws(NetlinkError) {
        let datagram: [UInt8]
        do throws(SystemError) {
            datagram = try transport.receive()
        } catch {
            throw NetlinkError(error)
        }
        do throws(DecodingError) {
            try answer.take(datagram, handle)
        } catch {
            throw .malformedAnswer(error)
        }
        guard answer.foreignMessages <= maximumForeignMessages else { throw .timedOut }
    }
}

extension NetlinkError {
    /// A socket that receives nothing within its time limit fails with `EAGAIN`.
    fileprivate init(_ error: SystemError) { self = error.errno == .tryAgain ? .timedOut : .system(error) }
}

/// How a request ended.
private enum Verdict {
    case done
    case refused(KernelRefusal)
}

/// The answer to one request, as far as it has been read.
private struct Answer {
    let sequence: UInt32
    var verdict: Verdict?
    var isInterrupted = false
    var foreignMessages = 0

    init(sequence: UInt32) { self.sequence = sequence }

    mutating func take(
        _ datagram: [UInt8], _ handle: (borrowing Message) throws(DecodingError) -> Void
    ) throws(DecodingError) {
        var messages = MessageCursor(datagram.span.bytes)
        while verdict == nil, let message = try messages.next() {
            guard message.sequence == sequence else {
                foreignMessages += 1
                continue
            }
            if message.flags & UInt16(NLM_F_DUMP_INTR) != 0 { isInterrupted = true }
            switch Int32(message.type) {
            case NLMSG_NOOP:
                break
            case NLMSG_ERROR:
                let refusal = try Acknowledgement.refusal(in: message)
                verdict = refusal.map { .refused($0) } ?? .done
            case NLMSG_DONE:
                let refusal = Acknowledgement.refusal(endingDump: message)
                verdict = refusal.map { .refused($0) } ?? .done
            default:
                try handle(message)
            }
        }
    }
}
