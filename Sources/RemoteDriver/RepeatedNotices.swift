/// Keeps the log short about what changes all the time: of each subject so many notices are told in a while, and with the
/// last of them that there will be no more.
struct RepeatedNotices {
    enum Verdict {
        case told
        /// The last one for a while.
        case toldAsLast
        case leftOut
    }

    static let most = 5
    static let period = Duration.seconds(60)
    /// How many subjects are kept in mind; those whose time is over are forgotten then.
    private static let subjectsAtMost = 1000

    private var counts: [String: (since: Duration, told: Int)] = [:]

    /// The number of subjects that are kept in mind.
    var subjects: Int { counts.count }

    /// Judges one more notice about a subject; times are since some fixed moment.
    mutating func judge(_ subject: String, at now: Duration) -> Verdict {
        if counts.count >= Self.subjectsAtMost { counts = counts.filter { now - $0.value.since < Self.period } }
        var entry = counts[subject] ?? (now, 0)
        if now - entry.since >= Self.period { entry = (now, 0) }
        entry.told += 1
        counts[subject] = entry
        if entry.told < Self.most { return .told }
        return entry.told == Self.most ? .toldAsLast : .leftOut
    }
}
