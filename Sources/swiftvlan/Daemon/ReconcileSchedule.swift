import NIOCore

/// Decides when the driver reconciles.
struct ReconcileSchedule {
    /// The pause between a change and reconciliation, in milliseconds: more changes often follow at once.
    ///
    /// While reconciliation keeps finding something to repair, the pause grows, so that a conflict with another program
    /// or a flapping link costs little CPU time.
    private static let pauses: ClosedRange<Int64> = 50...800
    /// The ratio of the next pause to the last round's duration, up to the longest pause: a round takes long on a host
    /// with very many links or routes.
    private static let idleShare: Int64 = 10
    /// The maximum number of rounds at the start. The first round is repeated if it meets links that are being removed;
    /// nothing else that it meets prevents serving.
    static let attemptsAtStart = 3
    /// The pause before an unfinished round is retried. It doubles each time that nothing could be done, up to
    /// `period`.
    static let retry = TimeAmount.milliseconds(500)
    /// The interval of full rounds, which find changes without a notification: other programs' routes, endpoints that
    /// Docker forgot.
    static let period = TimeAmount.seconds(60)
    /// The pause before failed removals are retried.
    static let removalRetry = TimeAmount.seconds(1)

    /// The pause before a suspected orphan is checked again.
    private(set) var orphanPause: TimeAmount
    private var followUp: (task: Scheduled<Void>, due: NIODeadline)?
    private var milliseconds = Self.pauses.lowerBound
    private var retryPause = Self.retry

    init(orphanAge: Duration) { orphanPause = Self.orphanPause(orphanAge) }

    /// Adapts to a new orphan age; rounds that are already planned keep their time.
    mutating func adapt(orphanAge: Duration) { orphanPause = Self.orphanPause(orphanAge) }

    private static func orphanPause(_ orphanAge: Duration) -> TimeAmount {
        max(.milliseconds(Int64(orphanAge / .milliseconds(2))), Self.retry)
    }

    /// The pause between a change of the host and reconciliation.
    var pause: TimeAmount { .milliseconds(milliseconds) }

    /// Plans another round, unless a planned one is due earlier. Otherwise rounds in quick succession would postpone it
    /// forever.
    mutating func plan(in pause: TimeAmount, _ schedule: (TimeAmount) -> Scheduled<Void>) {
        let now = NIODeadline.now()
        if let followUp, followUp.due > now {
            guard now + pause < followUp.due else { return }
            followUp.task.cancel()
        }
        followUp = (schedule(pause), now + pause)
    }

    /// Chooses the pause after the next change from the last round's repairs and duration.
    mutating func adapt(didTry: Bool, took: Duration) {
        let grown = didTry ? milliseconds * 2 : Self.pauses.lowerBound
        let idle = Int64(took / .milliseconds(1)) * Self.idleShare
        milliseconds = min(max(grown, idle), Self.pauses.upperBound)
        if didTry { retryPause = Self.retry }
    }

    /// Returns the pause before an unfinished round is retried.
    mutating func nextRetry(after isUnfinished: Bool) -> TimeAmount {
        defer { retryPause = isUnfinished ? min(retryPause + retryPause, Self.period) : Self.retry }
        return retryPause
    }
}
