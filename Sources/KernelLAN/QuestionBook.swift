import DriverCore
import NetworkTypes
import PacketSocket

/// The open questions: what to send when, whom a received frame concerns, and which answers are due. It does no I/O and
/// reads no clock.
struct QuestionBook {
    typealias Instant = ContinuousClock.Instant
    typealias Reply = @Sendable (ConflictAnswer) -> Void

    /// Identifies a question; never used again.
    struct ID: Hashable {
        let number: UInt64
    }

    /// An answer and whom to give it to.
    struct Answered {
        let reply: Reply
        let answer: ConflictAnswer
    }

    private struct Target: Hashable {
        let link: InterfaceIndex
        let address: IPAddress
    }

    private var open: [ID: OpenQuestion] = [:]
    private var byLink: [InterfaceIndex: Set<ID>] = [:]
    private var byTarget: [Target: Set<ID>] = [:]
    private var agenda = Timeline<ID>()
    private var conflicted: Set<ID> = []
    private var answered: [Answered] = []
    private var added: UInt64 = 0

    /// When `advance` has something to do; nil if no question is open.
    var next: Instant? { agenda.next }

    /// Whether a question about this link is open.
    func isAsking(on link: InterfaceIndex) -> Bool { byLink[link] != nil }

    /// Returns the addresses of the open questions about a link.
    func subjects(on link: InterfaceIndex) -> [IPAddress] {
        let ids = (byLink[link] ?? []).sorted { $0.number < $1.number }
        let questions = ids.compactMap { open[$0]?.question }
        var seen: Set<IPAddress> = []
        return questions.flatMap(\.addresses).filter { seen.insert($0).inserted }
    }

    /// Opens a question. Its first probes are due at once. One without addresses is answered at once.
    @discardableResult
    mutating func add(
        _ question: ConflictQuestion, nonce: Nonce, at now: Instant, reply: @escaping Reply
    ) -> ID {
        added += 1
        let id = ID(number: added)
        open[id] = OpenQuestion(question, nonce: nonce, at: now, reply: reply)
        byLink[question.link, default: []].insert(id)
        for address in question.addresses {
            byTarget[Target(link: question.link, address: address), default: []].insert(id)
        }
        if question.addresses.isEmpty { close(id, with: .free) } else { agenda.add(id, at: now) }
        return id
    }

    /// Does what is due for at most `limit` questions: sends probes, and closes the questions whose time is over. Returns
    /// whether more is due.
    mutating func advance(
        to now: Instant, limit: Int, send: (EthernetFrame, InterfaceIndex) -> Obstacle?
    ) -> Bool {
        for _ in 0..<limit {
            guard let id = agenda.take(by: now) else { return false }
            guard var question = open[id] else { continue }
            let link = question.question.link
            guard question.probe(at: now, by: { send($0, link) }) else {
                close(id, with: question.answer ?? .free)
                continue
            }
            open[id] = question
            if let answer = question.answer { close(id, with: answer) } else { agenda.add(id, at: question.next) }
        }
        return agenda.next.map { $0 <= now } ?? false
    }

    /// Considers a frame that a link received. Conflicts are answered by `takeAnswered`, together with others that were
    /// heard by then.
    mutating func hear(_ frame: EthernetFrame, on link: InterfaceIndex) {
        guard let claim = AddressClaim(frame) else { return }
        let concerned = byTarget[Target(link: link, address: claim.address)] ?? []
        conflicted.formUnion(concerned.filter { open[$0]?.hear(claim) == true })
    }

    /// Answers questions that cannot be asked.
    mutating func giveUp(_ ids: some Sequence<ID>, because reason: String) {
        for id in ids { close(id, with: .notAsked(reason)) }
    }

    /// Answers the questions about a link that cannot be asked or heard anymore. Conflicts that were heard count.
    mutating func giveUp(on link: InterfaceIndex, because reason: String) {
        closeConflicted()
        giveUp(byLink[link] ?? [], because: reason)
    }

    /// Answers all questions.
    mutating func giveUpAll(because reason: String) {
        closeConflicted()
        giveUp(Array(open.keys), because: reason)
    }

    /// Takes the answers since the last call.
    mutating func takeAnswered() -> [Answered] {
        closeConflicted()
        defer { answered = [] }
        return answered
    }

    private mutating func closeConflicted() {
        for id in conflicted {
            if let answer = open[id]?.answer { close(id, with: answer) }
        }
        conflicted = []
    }

    private mutating func close(_ id: ID, with answer: ConflictAnswer) {
        guard let question = open.removeValue(forKey: id) else { return }
        let link = question.question.link
        byLink[link]?.remove(id)
        if byLink[link]?.isEmpty == true { byLink[link] = nil }
        for address in question.question.addresses {
            let target = Target(link: link, address: address)
            byTarget[target]?.remove(id)
            if byTarget[target]?.isEmpty == true { byTarget[target] = nil }
        }
        answered.append(Answered(reply: question.reply, answer: answer))
    }
}
