/// The questions and announcements that calls leave for the asynchronous shell, and their counts.
struct LANTasks {
    /// Whether the daemon may send and receive raw frames.
    let canUseLAN: Bool
    private var questions: [ConflictQuestion] = []
    private var announcements: [Announcement] = []
    /// The endpoints whose parent was missing when they were created: the LAN is asked when they join.
    private var unasked: Set<EndpointID> = []
    private(set) var counts: [LANActivity: Int] = [:]

    init(canUseLAN: Bool) { self.canUseLAN = canUseLAN }

    mutating func add(_ question: ConflictQuestion) {
        unasked.remove(question.endpoint)
        questions.append(question)
    }

    mutating func add(_ announcement: Announcement) {
        announcements.append(announcement)
        count(.announcements)
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

    mutating func takeAnnouncements() -> [Announcement] {
        defer { announcements = [] }
        return announcements
    }
}
