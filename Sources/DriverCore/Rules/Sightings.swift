/// Since when something that ought not to be has been seen.
///
/// What is being made or removed by others looks like a mistake for a moment. Only what was seen at every look for some
/// time is one.
struct Sightings<Subject: Hashable> {
    private var first: [Subject: Duration] = [:]

    var isEmpty: Bool { first.isEmpty }

    /// Notes everything that is seen at one look, and forgets what is not seen any more; times are since some fixed
    /// moment. Tells what has been seen for so long now.
    mutating func look(_ seen: some Sequence<(subject: Subject, limit: Duration)>, at now: Duration) -> [Subject] {
        var still: [Subject: Duration] = [:]
        var old: [Subject] = []
        for (subject, limit) in seen {
            let since = first[subject] ?? now
            still[subject] = since
            if now - since >= limit { old.append(subject) }
        }
        first = still
        return old
    }
}
