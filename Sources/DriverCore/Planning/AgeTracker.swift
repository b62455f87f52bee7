/// Since when each subject has been seen without interruption.
///
/// What others are creating or removing resembles an orphan for a moment. Only what is seen each time for some while is
/// one.
struct AgeTracker<Subject: Hashable> {
    private var firstSeen: [Subject: Duration] = [:]

    var isEmpty: Bool { firstSeen.isEmpty }

    /// Records everything that is seen now, forgets what is not seen any more, and returns what has been seen for at
    /// least its limit. Times are since some fixed moment.
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
