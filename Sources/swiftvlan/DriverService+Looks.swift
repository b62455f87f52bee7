import DriverCore
import NIOCore
import RemoteDriver

/// When the host is looked at.
struct LookSchedule {
    /// After a change: others often follow at once. While looks keep finding something to repair, the pause becomes
    /// longer, so that a fight with another program or a flapping link takes little of anybody's time.
    private static let pauses: ClosedRange<Int64> = 50...800
    /// How often the first look is made when it meets links on their way out; what else it meets is no reason not to
    /// serve the rest.
    static let attemptsAtStart = 3
    /// A look that could not be finished.
    static let retry = TimeAmount.milliseconds(500)
    /// Everything, for what nobody tells: routes of others that have gone, endpoints that the engine has lost.
    static let period = TimeAmount.seconds(60)

    /// When something that seems to be left over is looked at again.
    let suspectPause: TimeAmount
    var isScheduled = false
    private var followUp: (task: Scheduled<Void>, due: NIODeadline)?
    private var milliseconds = Self.pauses.lowerBound

    init(orphanAge: Duration) {
        suspectPause = max(.milliseconds(Int64(orphanAge / .milliseconds(2))), Self.retry)
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

    mutating func adapt(didRepair: Bool) {
        milliseconds = didRepair ? min(milliseconds * 2, Self.pauses.upperBound) : Self.pauses.lowerBound
    }
}

extension DriverService {
    /// Makes the host agree with the records for the first time, and then looks at it now and then; blocks the calling
    /// thread meanwhile.
    ///
    /// What an earlier run has left may have a name that is needed until it is gone: then the look is made again.
    nonisolated func startLooking() throws {
        try loop.submit { self.assumeIsolated { $0.removeUnfinishedLinks() } }.wait()
        for _ in 0..<LookSchedule.attemptsAtStart {
            let isUnfinished = try loop.submit {
                self.assumeIsolated { service in
                    service.look(.everywhere)
                    return service.remote.driver.isRepairUnfinished
                }
            }.wait()
            guard isUnfinished else { break }
            try drain()
        }
        loop.scheduleRepeatedTask(initialDelay: LookSchedule.period, delay: LookSchedule.period) { _ in
            self.assumeIsolated { $0.look(.everywhere) }
        }
    }

    /// Something on the host has changed; returns at once, on whatever thread.
    nonisolated func hostChanged() {
        loop.execute {
            self.assumeIsolated { $0.scheduleLook() }
        }
    }

    private func scheduleLook() {
        guard !looks.isScheduled else { return }
        looks.isScheduled = true
        loop.scheduleTask(in: looks.pause) {
            self.assumeIsolated { service in
                service.looks.isScheduled = false
                service.look(.host)
            }
        }
    }

    private func look(_ extent: LookExtent) {
        looks.adapt(didRepair: remote.repair(at: now, extent))
        scheduleFollowUp()
        scheduleRemovalOfLeftovers()
        tellStatus()
    }

    /// One more look where the last one has left something to see to.
    private func scheduleFollowUp() {
        let driver = remote.driver
        guard driver.isRepairUnfinished || driver.hasSuspects else { return }
        looks.plan(in: driver.isRepairUnfinished ? LookSchedule.retry : looks.suspectPause) { pause in
            loop.scheduleTask(in: pause) {
                self.assumeIsolated { $0.look(.everywhere) }
            }
        }
    }
}
