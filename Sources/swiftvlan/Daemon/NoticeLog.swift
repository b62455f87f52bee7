import DriverCore
import Logging
import RemoteDriver

/// Logs the notices of reconciliation, and limits how many are logged for each subject.
///
/// Each subject may have `maximumNotices` notices in a `period`; the last of them says that more are left out.
struct NoticeLog {
    enum Verdict {
        case logged
        /// Logged as the last one for this period.
        case loggedAsLast
        case leftOut
    }

    static let maximumNotices = 5
    static let period = Duration.seconds(60)
    /// The maximum number of subjects in a period; a trunk with thousands of VLANs may go up and down.
    static let maximumSubjects = 1000

    private var counts: [Notice.Subject: Int] = [:]
    private var since = Duration.zero

    /// The number of subjects that are remembered.
    var subjects: Int { counts.count }

    /// Logs notices; `now` is the time since some fixed moment.
    ///
    /// `place` returns the network of a notice, with its parent and VLAN.
    mutating func log(
        _ notices: [Notice], at now: Duration, _ logger: Logger, place: (Notice) -> Logger.Metadata = { _ in [:] }
    ) {
        for notice in notices {
            let verdict = judge(notice.subject, at: now)
            guard verdict != .leftOut else { continue }
            let rest = verdict == .loggedAsLast ? " (more like this are suppressed for a minute)" : ""
            logger.log(notice, rest: rest, metadata: place(notice))
        }
    }

    /// Decides whether another notice about a subject is logged.
    mutating func judge(_ subject: Notice.Subject, at now: Duration) -> Verdict {
        if now - since >= Self.period { (counts, since) = ([:], now) }
        guard counts[subject] != nil || counts.count < Self.maximumSubjects else { return .leftOut }
        let logged = counts[subject, default: 0] + 1
        counts[subject] = logged
        if logged < Self.maximumNotices { return .logged }
        return logged == Self.maximumNotices ? .loggedAsLast : .leftOut
    }
}
