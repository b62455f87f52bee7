/// The questions and announcements that calls leave for the asynchronous shell, and their counts.
struct LANTasks {
    /// Whether the daemon may send and receive raw frames.
    let canUseLAN: Bool
    private var questions: [ConflictQuestion] = []
    private var announcements: [Announcement] = []
    private var withdrawals: [Announcement] = []
    /// What was announced for endpoints when they joined.
    private var announced: [EndpointID: Announcement] = [:]
    /// The endpoints whose parent was missing when they were created: the LAN is asked when they join.
    private var unasked: Set<EndpointID> = []
    private(set) var counts: [LANActivity: Int] = [:]

    init(canUseLAN: Bool) { self.canUseLAN = canUseLAN }

    mutating func add(_ question: ConflictQuestion) {
        unasked.remove(question.endpoint)
        questions.append(question)
    }

    mutating func add(_ announcement: Announcement, of id: EndpointID) {
        announcements.append(announcement)
        announced[id] = announcement
        count(.announcements)
    }

    /// Withdraws the announcements of an endpoint that leaves its addresses: they are repeated for some seconds.
    mutating func withdraw(_ id: EndpointID) {
        if let announcement = announced.removeValue(forKey: id) { withdrawals.append(announcement) }
    }

    mutating func count(_ activity: LANActivity, times: Int = 1) { counts[activity, default: 0] += times }

    /// Remembers that an endpoint could not be asked about, and drops the endpoints that are no longer known.
    mutating func postpone(_ id: EndpointID, among known: Registry) {
        unasked = unasked.filter { known.endpoints[$0] != nil }
        unasked.insert(id)
    }

    func isUnasked(_ id: EndpointID) -> Bool { unasked.contains(id) }

    mutating func takeQuestions() -> [ConflictQuestion] {
        defer { questions = [] }
        return questions
    }

    mutating func takeWithdrawals() -> [Announcement] {
        defer { withdrawals = [] }
        return withdrawals
    }

    mutating func takeAnnouncements() -> [Announcement] {
        defer { announcements = [] }
        return announcements
    }
}
