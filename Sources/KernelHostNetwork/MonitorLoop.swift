import DriverCore
import Logging
import Netlink
import RouteNetlink
import SystemCalls

/// What a monitor's thread does: read notifications, and report those that matter.
struct MonitorLoop<Transport: NotificationTransport & ~Copyable>: Sendable {
    let stop: StopEvent
    let questions: MonitorQuestions
    let logger: Logger
    let tally: MonitorTally
    let onChange: @Sendable (HostChange) -> Void
    let subscribe: @Sendable () throws(SystemError) -> RouteMonitor<Transport>
    let list: @Sendable () throws(RouteError) -> [LinkMessage]
    /// The pause between a failure and the next attempt to subscribe, in milliseconds.
    var pauseAfterFailure: Int32 = 1000

    /// Subscribes, says so, and follows what comes until it is stopped; throws only when it cannot begin.
    func run(onceSubscribed: () -> Void) throws(HostNetworkError) {
        var filter = HostFilter()
        var monitor = try begin(&filter)
        onceSubscribed()
        while true {
            do throws(SystemError) {
                return try follow(&monitor, &filter)
            } catch {
                logger.error("The host's links are not watched for now", metadata: ["reason": "\(error)"])
            }
            guard let again = beginAgain(&filter) else { return }
            monitor = again
            miss()
        }
    }

    private func begin(_ filter: inout HostFilter) throws(HostNetworkError) -> RouteMonitor<Transport> {
        let monitor: RouteMonitor<Transport>
        do throws(SystemError) {
            monitor = try subscribe()
        } catch {
            throw HostNetworkError(watching: error)
        }
        // After subscribing, so that what happens meanwhile is told at least once.
        do throws(RouteError) {
            filter.begin(with: try list())
        } catch {
            throw HostNetworkError(error)
        }
        return monitor
    }

    /// Tries for as long as it takes; nothing when it is stopped meanwhile.
    private func beginAgain(_ filter: inout HostFilter) -> RouteMonitor<Transport>? {
        while !stop.wait(milliseconds: pauseAfterFailure) {
            questions.answer()
            do throws(HostNetworkError) {
                return try begin(&filter)
            } catch {
                logger.error("The host's links are still not watched", metadata: ["reason": "\(error.sentence)"])
            }
        }
        return nil
    }

    private func follow(_ monitor: inout RouteMonitor<Transport>, _ filter: inout HostFilter) throws(SystemError) {
        while true {
            switch try monitor.next() {
            case .notifications(let notifications):
                tally.count { $0.events += notifications.count }
                for notification in notifications {
                    if let change = filter.change(by: notification) { report(change) }
                }
            case .overrun:
                logger.info("Notifications of the kernel came faster than they were read")
                relist(&filter)
                miss()
            case .unreadable(let error):
                tally.count { $0.unreadable += 1 }
                logger.warning("A notification of the kernel's could not be read", metadata: ["reason": "\(error)"])
                relist(&filter)
                miss()
            case .woken: questions.answer()
            case .stopped: return
            }
        }
    }

    /// Learns what has become of the links. When that fails, every link that is told of from now on is taken for a new
    /// one: a report too many does no harm.
    private func relist(_ filter: inout HostFilter) {
        do throws(RouteError) {
            filter.begin(with: try list())
        } catch {
            logger.warning("The host's links could not be read anew", metadata: ["reason": "\(error)"])
            filter.begin(with: [])
        }
    }

    private func miss() {
        tally.count { $0.overruns += 1 }
        report(.overrun)
    }

    private func report(_ change: HostChange) {
        tally.count { $0.reported += 1 }
        onChange(change)
    }
}

extension HostNetworkError {
    /// The driver's view of a monitor that cannot begin.
    init(watching error: SystemError) {
        self.init(reason: .other, sentence: "watch the host's links: \(error)")
    }
}
