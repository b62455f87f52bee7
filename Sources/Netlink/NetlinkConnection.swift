import CMNL
package import SystemCalls

/// Datagrams to and from the kernel: the seam at which tests take the kernel's place. Everything above it, from the
/// first length field on, runs for real in a test.
package protocol DatagramTransport: ~Copyable {
    /// Sends one datagram, whole; blocks while the kernel carries out what it asks.
    mutating func send(_ datagram: [UInt8]) throws(SystemError)

    /// Receives one datagram, whole, however long it is; blocks up to the transport's time limit, which shows as
    /// `EAGAIN`.
    mutating func receive() throws(SystemError) -> [UInt8]
}

/// Requests to the kernel and their answers, one at a time.
///
/// Promises, each with a test:
/// - The answer belongs to the request: messages of another sequence number are skipped, up to a limit.
/// - A refusal carries the kernel's error number and, where it sent one, its message; the connection stays usable.
/// - A dump is complete: its datagrams are joined, an error at its end is noticed, and a dump that the kernel flags as
///   interrupted is repeated.
/// - A desynchronized connection (no answer in time, an unreadable answer, a socket error) is closed, and the next
///   request opens a new one, so that a late answer never reaches another request.
///
/// All calls block while the kernel works. `~Copyable` rules out use by two threads at once.
package struct NetlinkConnection<Transport: DatagramTransport & ~Copyable>: ~Copyable {
    private static var attemptsAtDump: Int { 10 }
    private static var foreignMessagesAtMost: Int { 1000 }

    private let open: @Sendable () throws(SystemError) -> Transport
    private var transport: Transport?
    private var lastSequence: UInt32

    /// Makes a connection that opens its transport on first use; sequence numbers continue after the last one.
    package init(lastSequence: UInt32 = 0, open: @escaping @Sendable () throws(SystemError) -> Transport) {
        self.open = open
        self.lastSequence = lastSequence
        transport = nil
    }

    /// Has the kernel carry out a request, and hands each message of the answer to the closure.
    package mutating func execute(
        _ request: borrowing MessageBuilder,
        answers: (borrowing Message) throws(DecodingError) -> Void = { (_) throws(DecodingError) in }
    ) throws(NetlinkError) {
        _ = try exchange(request, answers)
    }

    /// Reads a table: one value for each message, in the kernel's order.
    package mutating func dump<Value>(
        _ request: borrowing MessageBuilder, _ decode: (borrowing Message) throws(DecodingError) -> Value?
    ) throws(NetlinkError) -> [Value] {
        for _ in 0..<Self.attemptsAtDump {
            var values: [Value] = []
            let answer = try exchange(request) { (message) throws(DecodingError) in
                if let value = try decode(message) { values.append(value) }
            }
            if !answer.isInterrupted { return values }
        }
        throw .dumpInterrupted(attempts: Self.attemptsAtDump)
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
        guard answer.foreignMessages <= foreignMessagesAtMost else { throw .timedOut }
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
