import DriverCore
import Synchronization
import SystemCalls

/// Hands questions, announcements and pings to a client's thread. What it holds is bounded.
final class LANMailbox: Sendable {
    /// The most questions that wait or are open.
    static let questionLimit = 4096
    /// The most questions that the thread takes at a time, so that it soon sends the probes of the first.
    static let batch = 8

    private struct State {
        var mail = LANMail()
        var open = 0
        var waitingAddresses = 0
        var isClosed = false
    }

    /// Pending while there may be mail.
    let wakeup: Wakeup
    private let state = Mutex(State())

    init() throws(SystemError) { wakeup = try Wakeup() }

    /// Adds a question. Returns why it is refused, or nil.
    func add(_ question: LANMail.Question) -> String? {
        let refusal: String? = state.withLock { state in
            guard !state.isClosed else { return LANClient.stopped }
            guard state.open < Self.questionLimit else { return "there are too many questions at once" }
            state.open += 1
            state.mail.questions.append(question)
            return nil
        }
        if refusal == nil { wakeup.notify() }
        return refusal
    }

    /// Adds announcements. Returns how many addresses there was no room for.
    func announce(_ announcements: [Announcement]) -> Int { add(announcements) { .announce($0) } }

    /// Adds withdrawals. Returns how many addresses there was no room for.
    func withdraw(_ announcements: [Announcement]) -> Int { add(announcements) { .withdraw($0) } }

    private func add(_ announcements: [Announcement], as order: (Announcement) -> LANMail.Order) -> Int {
        let dropped = state.withLock { state in
            var dropped = 0
            for announcement in announcements {
                let count = announcement.addresses.count
                guard state.waitingAddresses + count <= AnnouncementSchedule.capacity else {
                    dropped += count
                    continue
                }
                state.waitingAddresses += count
                state.mail.orders.append(order(announcement))
            }
            return dropped
        }
        wakeup.notify()
        return dropped
    }

    /// Adds a ping.
    func add(ping: @escaping @Sendable () -> Void) {
        state.withLock { $0.mail.pings.append(ping) }
        wakeup.notify()
    }

    /// Takes what waits; if there are many questions, the others cause a wakeup.
    func take() -> LANMail {
        _ = wakeup.take()
        let (mail, isEmpty) = state.withLock { state in
            var mail = state.mail
            state.mail = LANMail(questions: Array(mail.questions.dropFirst(Self.batch)))
            mail.questions = Array(mail.questions.prefix(Self.batch))
            state.waitingAddresses = 0
            return (mail, state.mail.questions.isEmpty)
        }
        if !isEmpty { wakeup.notify() }
        return mail
    }

    /// Notes that so many questions were answered.
    func noteAnswered(_ count: Int) { state.withLock { $0.open -= count } }

    /// Refuses questions from now on, and returns all those that wait.
    func close() -> [LANMail.Question] {
        state.withLock { state in
            state.isClosed = true
            defer { state.mail = LANMail() }
            return state.mail.questions
        }
    }
}
