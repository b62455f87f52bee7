import DriverCore
import Logging
import Netlink
import RouteNetlink
import Synchronization
import SystemCalls

/// The loop of a monitor's thread: reads notifications and reports the changes that the driver must act on.
struct MonitorLoop<Transport: NotificationTransport & ~Copyable>: Sendable {
    let stop: StopEvent
    let pings: PendingPings
    let logger: Logger
    let onChange: @Sendable () -> Void
    let subscribe: @Sendable () throws(SystemError) -> Transport
    let listLinks: @Sendable () throws(RouteError) -> [LinkMessage]
    /// The pause between a failure and the next attempt to subscribe, in milliseconds.
    var retryPause: Int32 = 1000

    /// Subscribes, calls `onceSubscribed`, and reports changes until the stop event is set. Throws only if it cannot
    /// start.
    func run(onceSubscribed: () -> Void) throws(DriverError) {
        var filter = HostFilter()
        var transport = try start(&filter)
        onceSubscribed()
        while true {
            do throws(SystemError) {
                return try follow(&transport, &filter)
            } catch {
                logger.error("Link monitor failed, retrying", metadata: ["reason": "\(error)"])
            }
            guard let next = restart(&filter) else { return }
            transport = next
            reportLoss()
        }
    }

    private func start(_ filter: inout HostFilter) throws(DriverError) -> Transport {
        let transport: Transport
        do throws(SystemError) {
            transport = try subscribe()
        } catch {
            throw DriverError(watching: error)
        }
        // After subscribing, so that a change during the listing is reported at least once.
        do throws(RouteError) {
            filter.reset(to: try listLinks())
        } catch {
            throw DriverError(error)
        }
        return transport
    }

    /// Retries until the monitor is subscribed again; returns nil if the stop event is set first.
    private func restart(_ filter: inout HostFilter) -> Transport? {
        while !stop.wait(milliseconds: retryPause) {
            pings.answerAll()
            do throws(DriverError) {
                return try start(&filter)
            } catch {
                logger.error("Link monitor cannot restart, retrying", metadata: ["reason": "\(error.message)"])
            }
        }
        return nil
    }

    private func follow(_ transport: inout Transport, _ filter: inout HostFilter) throws(SystemError) {
        while true {
            switch try transport.receive() {
            case .datagram(let datagram): read(datagram, &filter)
            case .overrun:
                logger.info("Kernel notifications were lost, reading all links again")
                reload(&filter)
            case .woken: pings.answerAll()
            case .stopped: return
            }
        }
    }

    private func read(_ datagram: [UInt8], _ filter: inout HostFilter) {
        do throws(DecodingError) {
            for notification in try RouteNotification.all(in: datagram) {
                if let change = filter.change(by: notification) { report(change) }
            }
        } catch {
            logger.warning("Unreadable kernel notification, reading all links again", metadata: ["reason": "\(error)"])
            reload(&filter)
        }
    }

    /// Reads all links again after a loss. If that fails, every link in a later notification counts as new: an extra
    /// report does no harm.
    private func reload(_ filter: inout HostFilter) {
        do throws(RouteError) {
            filter.reset(to: try listLinks())
        } catch {
            logger.warning("The links cannot be read again", metadata: ["reason": "\(error)"])
            filter.reset(to: [])
        }
        reportLoss()
    }

    private func reportLoss() { report("lost notifications") }

    private func report(_ change: String) {
        logger.debug("Host changed", metadata: ["change": "\(change)"])
        onChange()
    }
}

/// The pings that a monitor's thread answers between two notifications, to show that it is alive.
final class PendingPings: Sendable {
    /// Pending while pings wait for their answers.
    let wakeup: Wakeup
    private let answers = Mutex<[@Sendable () -> Void]>([])

    init() throws(SystemError) { wakeup = try Wakeup() }

    func add(_ answer: @escaping @Sendable () -> Void) {
        answers.withLock { $0.append(answer) }
        wakeup.notify()
    }

    /// Answers all pings; must be called on the monitor's thread.
    func answerAll() {
        let waiting = answers.withLock { answers in
            defer { answers = [] }
            return answers
        }
        for answer in waiting { answer() }
    }
}

extension DriverError {
    /// Creates the driver's error for a monitor that cannot start.
    init(watching error: SystemError) {
        self.init(
            .other, message: "watch the host's links: \(error)")
    }
}
