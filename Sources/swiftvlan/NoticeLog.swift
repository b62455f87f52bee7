import DriverCore
import Logging
import RemoteDriver

/// Logs what reconciliation has to say, and keeps the log short about what changes all the time: of each subject so many
/// notices are logged in a while, and the last of them says that there will be no more.
struct NoticeLog {
    enum Verdict {
        case logged
        /// The last one for a while.
        case loggedAsLast
        case leftOut
    }

    static let most = 5
    static let period = Duration.seconds(60)
    /// How many subjects are logged in a while; a trunk with thousands of VLANs may come and go.
    static let subjectsAtMost = 1000

    private var counts: [Notice.Subject: Int] = [:]
    private var since = Duration.zero

    /// The number of subjects that are remembered.
    var subjects: Int { counts.count }

    /// Logs notices; `now` is the time since some fixed moment.
    mutating func log(_ notices: [Notice], at now: Duration, _ logger: Logger) {
        for notice in notices {
            let verdict = judge(notice.subject, at: now)
            guard verdict != .leftOut else { continue }
            let rest = verdict == .loggedAsLast ? " (more like this are suppressed for a minute)" : ""
            logger.log(notice, rest: rest)
        }
    }

    /// Judges one more notice about a subject.
    mutating func judge(_ subject: Notice.Subject, at now: Duration) -> Verdict {
        if now - since >= Self.period { (counts, since) = ([:], now) }
        guard counts[subject] != nil || counts.count < Self.subjectsAtMost else { return .leftOut }
        let logged = counts[subject, default: 0] + 1
        counts[subject] = logged
        if logged < Self.most { return .logged }
        return logged == Self.most ? .loggedAsLast : .leftOut
    }
}
