import Glibc
import NetworkTypes
import PacketSocket
import Synchronization
import SystemCalls

/// Asks with ARP over packet sockets, in the network namespace of the calling thread.
///
/// The questions are the probes of RFC 5227 §2.1.1, with the sender's address 0.0.0.0, so that no host changes what it knows
/// about its neighbors. Answers are remembered: several checks ask the same questions.
package final class KernelGatewayProbe: GatewayProbe {
    private typealias Instant = ContinuousClock.Instant

    /// How often each question is asked.
    private static let rounds = 3
    /// The most links that are asked at the same time: each needs a file descriptor, and a process usually has 1024.
    private static let linkLimit = 768
    /// The number of links for each thread. Closing a packet socket takes milliseconds (`synchronize_net` in
    /// net/packet/af_packet.c), which several threads can spend at the same time.
    private static let linksOfThread = 24

    private let answers = Mutex<[LANQuestion: LANAnswer]>([:])

    /// Nil without CAP_NET_RAW.
    package init?() { guard (try? FrameSender()) != nil else { return nil } }

    package func ask(_ questions: [LANQuestion], within limit: Duration) -> [LANQuestion: LANAnswer] {
        let questions = Set(questions)
        let known = answers.withLock { $0 }
        let new = Dictionary(grouping: questions.filter { known[$0] == nil }, by: \.link)
            .sorted { $0.key < $1.key }
        for start in stride(from: 0, to: new.count, by: Self.linkLimit) {
            askAtOnce(new[start..<min(start + Self.linkLimit, new.count)].map(\.value), within: limit)
        }
        return answers.withLock { all in all.filter { questions.contains($0.key) } }
    }

    /// Asks the questions of several links, and remembers the answers.
    private func askAtOnce(_ links: [[LANQuestion]], within limit: Duration) {
        let parts = stride(from: 0, to: links.count, by: Self.linksOfThread).map {
            Array(links[$0..<min($0 + Self.linksOfThread, links.count)])
        }
        let unfinished = UnfinishedParts(parts.count)
        for part in parts.dropLast() {
            let work = { @Sendable [self] in
                ask(part, within: limit)
                unfinished.finish()
            }
            do throws(SystemError) {
                try startThread(named: "doctor", work)
            } catch {
                work()
            }
        }
        // The only part on most hosts.
        if let last = parts.last { ask(last, within: limit) }
        unfinished.finish()
        unfinished.wait()
    }

    private func ask(_ links: [[LANQuestion]], within limit: Duration) {
        let answered = Self.ask(links.map { LANConversation($0) }, within: limit)
        answers.withLock { $0.merge(answered) { $1 } }
    }

    private static func ask(
        _ conversations: [LANConversation], within limit: Duration
    ) -> [LANQuestion: LANAnswer] {
        let start = Instant.now
        for round in 0..<rounds {
            for conversation in conversations { conversation.ask() }
            let end = start + limit * (round + 1) / rounds
            while Instant.now < end, conversations.contains(where: \.isOpen) {
                wait(for: conversations.filter(\.isOpen).map(\.descriptor), until: end)
                for conversation in conversations { conversation.listen() }
            }
        }
        return conversations.reduce(into: [:]) { all, conversation in
            all.merge(conversation.answers) { $1 }
        }
    }

    private static func wait(for descriptors: [Int32], until end: Instant) {
        var polled = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        let left = Instant.now.duration(to: end)
        let milliseconds = left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000
        _ = poll(&polled, nfds_t(polled.count), Int32(clamping: max(1, milliseconds)))
    }
}

/// The questions on one link, and the socket there.
private final class LANConversation {
    private var socket: PacketSocket?
    private var own = MACAddress(bits: 0)
    private var open: [LANQuestion: IPv4Address] = [:]
    private(set) var answers: [LANQuestion: LANAnswer] = [:]

    /// Takes questions for the same link.
    init(_ questions: [LANQuestion]) {
        let link = questions.first?.link ?? ""
        for question in questions {
            guard let address = IPv4Address(question.address) else {
                answers[question] = .notAsked("\(question.address) is not an IPv4 address")
                continue
            }
            open[question] = address
        }
        guard let index = InterfaceIndex(Int32(clamping: if_nametoindex(link))) else {
            giveUp(because: "there is no link \(link)")
            return
        }
        do throws(SystemError) {
            let socket = try PacketSocket.open(on: index, hearing: Set(open.values).map { .v4($0) })
            guard try socket.isRunning() else { throw SystemError(call: "send", errno: .networkDown) }
            own = try socket.macAddress()
            self.socket = consume socket
        } catch {
            giveUp(because: error.errno == .networkDown ? "\(link) is down or has no carrier" : "\(error)")
        }
    }

    var isOpen: Bool { answers.values.contains(.silent) }
    /// -1 without a socket, which poll(2) ignores.
    var descriptor: Int32 { socket?.descriptor ?? -1 }

    private func giveUp(because reason: String) {
        socket = nil
        for question in open.keys { answers[question] = .notAsked(reason) }
    }

    func ask() {
        guard socket != nil else { return }
        for (question, address) in open where answers[question] == nil || answers[question] == .silent {
            answers[question] = .silent
            // A full queue is emptied before the next round.
            try? socket?.send(.probe(for: .v4(address), from: sender(of: question)))
        }
    }

    /// Takes the frames that have arrived.
    func listen() {
        var packets: [ARPPacket] = []
        do throws(SystemError) {
            try socket?.receive(limit: 1024) { if case .arp(let packet) = $0.payload { packets.append(packet) } }
        } catch {
            giveUp(because: "\(error)")
        }
        for packet in packets {
            for (question, address) in open where packet.senderIP == address && answers[question] == .silent {
                // Whatever the host says shows that it is there; only an answer shows that a question of this sender
                // arrives, and the answer too.
                let isAnswer = packet.operation == .reply && packet.targetMAC == sender(of: question)
                guard question.sender == nil || isAnswer else { continue }
                answers[question] = .answered(packet.senderMAC.description)
            }
        }
    }

    private func sender(of question: LANQuestion) -> MACAddress { question.sender.flatMap { MACAddress($0) } ?? own }
}

/// Counts the threads that still ask.
private final class UnfinishedParts: Sendable {
    private let count: Mutex<Int>
    private let end = try? Wakeup()

    init(_ count: Int) { self.count = Mutex(count) }

    func finish() {
        let left = count.withLock { count in
            count -= 1
            return count
        }
        if left == 0 { end?.notify() }
    }

    /// Blocks until all parts have finished.
    func wait() {
        while count.withLock({ $0 }) > 0 {
            // Without a descriptor left, it waits in short steps.
            try? waitForInput(end.map { [$0.descriptor] } ?? [], milliseconds: 100)
        }
    }
}
