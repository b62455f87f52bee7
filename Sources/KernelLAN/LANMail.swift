import DriverCore

/// What callers hand to a client's thread.
struct LANMail: Sendable {
    /// A question and whom to answer.
    struct Question: Sendable {
        let question: ConflictQuestion
        let reply: @Sendable (ConflictAnswer) -> Void
    }

    var questions: [Question] = []
    var announcements: [Announcement] = []
    var pings: [@Sendable () -> Void] = []
}
