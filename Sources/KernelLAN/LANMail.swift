import DriverCore

/// What callers hand to a client's thread.
struct LANMail: Sendable {
    /// A question and whom to answer.
    struct Question: Sendable {
        let question: ConflictQuestion
        let reply: @Sendable (ConflictAnswer) -> Void
    }

    /// What is to be announced, and what not anymore; the order matters.
    enum Order: Sendable {
        case announce(Announcement)
        case withdraw(Announcement)
    }

    var questions: [Question] = []
    var orders: [Order] = []
    var pings: [@Sendable () -> Void] = []
}
