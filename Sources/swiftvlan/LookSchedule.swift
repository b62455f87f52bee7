import NIOCore

/// When the host is looked at.
struct LookSchedule {
    /// After a change, in milliseconds: others often follow at once. While looks keep finding something to repair, the pause
    /// becomes longer, so that a fight with another program or a flapping link takes little of anybody's time.
    private static let pauses: ClosedRange<Int64> = 50...800
    /// How many times as long as a look the pause before the next one is, up to the longest: on a host with very many links
    /// or routes a look takes long.
    private static let idleShare: Int64 = 10
    /// How often the first look is made when it meets links on their way out; what else it meets is no reason not to
    /// serve the rest.
    static let attemptsAtStart = 3
    /// When a look that could not be finished is made again: later each time that
    /// nothing could be done, up to the period.
    static let retry = TimeAmount.milliseconds(500)
    /// Everything, for what nobody tells: routes of others that have gone, endpoints that the engine has lost.
    static let period = TimeAmount.seconds(60)

    /// When something that seems to be left over is looked at again.
    private(set) var suspectPause: TimeAmount
    var isScheduled = false
    private var followUp: (task: Scheduled<Void>, due: NIODeadline)?
    private var milliseconds = Self.pauses.lowerBound
    private var retryPause = Self.retry

    init(orphanAge: Duration) {
        suspectPause = Self.suspectPause(orphanAge)
    }

    /// Adapts to another age; what is planned already is done when it was planned.
    mutating func adapt(orphanAge: Duration) {
        suspectPause = Self.suspectPause(orphanAge)
    }

    private static func suspectPause(_ orphanAge: Duration) -> TimeAmount {
        max(.milliseconds(Int64(orphanAge / .milliseconds(2))), Self.retry)
    }

    var pause: TimeAmount { .milliseconds(milliseconds) }

    /// Takes one more look into the plan, unless one is due before that already: else looks that follow each other
    /// quickly would put it off for ever.
    mutating func plan(in pause: TimeAmount, _ schedule: (TimeAmount) -> Scheduled<Void>) {
        let now = NIODeadline.now()
        if let followUp, followUp.due > now {
            guard now + pause < followUp.due else { return }
            followUp.task.cancel()
        }
        followUp = (schedule(pause), now + pause)
    }

    /// Chooses the pause after the next change by what the last look did and how long it took.
    mutating func adapt(didRepair: Bool, took: Duration) {
        let grown = didRepair ? milliseconds * 2 : Self.pauses.lowerBound
        let idle = Int64(took / .milliseconds(1)) * Self.idleShare
        milliseconds = min(max(grown, idle), Self.pauses.upperBound)
        if didRepair { retryPause = Self.retry }
    }

    /// The pause before a look that could not be finished is made again.
    mutating func nextRetry(after isUnfinished: Bool) -> TimeAmount {
        defer { retryPause = isUnfinished ? min(retryPause + retryPause, Self.period) : Self.retry }
        return retryPause
    }
}
