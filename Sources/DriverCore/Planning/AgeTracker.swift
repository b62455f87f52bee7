/// Tracks how long each subject has been seen without interruption.
///
/// An object that another program is creating or removing looks like an orphan for a moment. Only one that is seen
/// every time for a while is an orphan.
struct AgeTracker<Subject: Hashable> {
    private var firstSeen: [Subject: Duration] = [:]

    var isEmpty: Bool { firstSeen.isEmpty }

    /// Records the subjects seen now, forgets all others, and returns those seen for at least their limit.
    ///
    /// Times are since some fixed moment.
    mutating func update(_ seen: some Sequence<(subject: Subject, limit: Duration)>, at now: Duration) -> [Subject] {
        var still: [Subject: Duration] = [:]
        var old: [Subject] = []
        for (subject, limit) in seen {
            let since = firstSeen[subject] ?? now
            still[subject] = since
            if now - since >= limit { old.append(subject) }
        }
        firstSeen = still
        return old
    }
}
