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
    /// How many subjects are told of in a while; a trunk with thousands of VLANs may come and go.
    static let subjectsAtMost = 1000

    private var counts: [String: Int] = [:]
    private var since = Duration.zero

    /// The number of subjects that are kept in mind.
    var subjects: Int { counts.count }

    /// Judges one more notice about a subject; times are since some fixed moment.
    mutating func judge(_ subject: String, at now: Duration) -> Verdict {
        if now - since >= Self.period { (counts, since) = ([:], now) }
        guard counts[subject] != nil || counts.count < Self.subjectsAtMost else { return .leftOut }
        let told = counts[subject, default: 0] + 1
        counts[subject] = told
        if told < Self.most { return .told }
        return told == Self.most ? .toldAsLast : .leftOut
    }
}
