import NIOCore

/// Decides when the driver reconciles.
struct ReconcileSchedule {
    /// After a change, in milliseconds: others often follow at once. While reconciliation keeps finding something to
    /// repair, the pause becomes longer, so that a fight with another program or a flapping link takes little of anybody's
    /// time.
    private static let pauses: ClosedRange<Int64> = 50...800
    /// How many times as long as a round the pause before the next one is, up to the longest: on a host with very many
    /// links or routes a round takes long.
    private static let idleShare: Int64 = 10
    /// How often the first round is made when it meets links that are being removed; what else it meets is no reason not
    /// to serve the rest.
    static let attemptsAtStart = 3
    /// When an unfinished round is made again: later each time that nothing could be done, up to the period.
    static let retry = TimeAmount.milliseconds(500)
    /// A full sweep, for changes without a notification: other programs' routes, endpoints that Docker forgot.
    static let period = TimeAmount.seconds(60)
    /// When what could not be removed is tried again.
    static let removalRetry = TimeAmount.seconds(1)

    /// When something that seems to be an orphan is checked again.
    private(set) var orphanPause: TimeAmount
    private var followUp: (task: Scheduled<Void>, due: NIODeadline)?
    private var milliseconds = Self.pauses.lowerBound
    private var retryPause = Self.retry

    init(orphanAge: Duration) { orphanPause = Self.orphanPause(orphanAge) }

    /// Adapts to another age; what is planned already is done when it was planned.
    mutating func adapt(orphanAge: Duration) { orphanPause = Self.orphanPause(orphanAge) }

    private static func orphanPause(_ orphanAge: Duration) -> TimeAmount {
        max(.milliseconds(Int64(orphanAge / .milliseconds(2))), Self.retry)
    }

    /// The pause after a change of the host.
    var pause: TimeAmount { .milliseconds(milliseconds) }

    /// Plans one more round, unless one is due before that already: else rounds that follow each other quickly would put
    /// it off for ever.
    mutating func plan(in pause: TimeAmount, _ schedule: (TimeAmount) -> Scheduled<Void>) {
        let now = NIODeadline.now()
        if let followUp, followUp.due > now {
            guard now + pause < followUp.due else { return }
            followUp.task.cancel()
        }
        followUp = (schedule(pause), now + pause)
    }

    /// Chooses the pause after the next change by what the last round did and how long it took.
    mutating func adapt(didTry: Bool, took: Duration) {
        let grown = didTry ? milliseconds * 2 : Self.pauses.lowerBound
        let idle = Int64(took / .milliseconds(1)) * Self.idleShare
        milliseconds = min(max(grown, idle), Self.pauses.upperBound)
        if didTry { retryPause = Self.retry }
    }

    /// The pause before an unfinished round is made again.
    mutating func nextRetry(after isUnfinished: Bool) -> TimeAmount {
        defer { retryPause = isUnfinished ? min(retryPause + retryPause, Self.period) : Self.retry }
        return retryPause
    }
}
