import DriverCore
import NIOCore
import RemoteDriver

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
        guard !isStopping else { return }
        let start = now
        let didRepair = remote.repair(at: start, extent)
        looks.adapt(didRepair: didRepair, took: now - start)
        scheduleFollowUp()
        scheduleRemovalOfLeftovers()
        tellStatus()
    }

    /// One more look where the last one has left something to see to.
    private func scheduleFollowUp() {
        let (isUnfinished, hasSuspects) = (remote.driver.isRepairUnfinished, remote.driver.hasSuspects)
        let retry = looks.nextRetry(after: isUnfinished)
        guard isUnfinished || hasSuspects else { return }
        looks.plan(in: isUnfinished ? retry : looks.suspectPause) { pause in
            loop.scheduleTask(in: pause) {
                self.assumeIsolated { $0.look(hasSuspects ? .everywhere : .host) }
            }
        }
    }
}
