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
    let onParentEvent: @Sendable (ParentEvent) -> Void
    let subscribe: @Sendable () throws(SystemError) -> Transport
    let listLinks: @Sendable () throws(RouteError) -> [LinkMessage]
    /// The pause between a failure and the next attempt to subscribe, in milliseconds.
    var retryPause: Int32 = 1000

    /// Subscribes, calls `onceSubscribed`, and reports changes until the stop event is set. Throws only if it cannot
    /// start.
    func run(onceSubscribed: () -> Void) throws(DriverError) {
        var filters = MonitorFilters()
        var transport = try start(&filters)
        onceSubscribed()
        while true {
            do throws(SystemError) {
                return try follow(&transport, &filters)
            } catch {
                logger.error("Link monitor failed, retrying", metadata: ["reason": "\(error)"])
            }
            guard let next = restart(&filters) else { return }
            transport = next
            reportLoss()
        }
    }

    private func start(_ filters: inout MonitorFilters) throws(DriverError) -> Transport {
        let transport: Transport
        do throws(SystemError) {
            transport = try subscribe()
        } catch {
            throw DriverError(watching: error)
        }
        // After subscribing, so that a change during the listing is reported at least once.
        do throws(RouteError) {
            reset(&filters, to: try listLinks())
        } catch {
            throw DriverError(error)
        }
        return transport
    }

    /// Retries until the monitor is subscribed again; returns nil if the stop event is set first.
    private func restart(_ filters: inout MonitorFilters) -> Transport? {
        while !stop.wait(milliseconds: retryPause) {
            pings.answerAll()
            do throws(DriverError) {
                return try start(&filters)
            } catch {
                logger.error("Link monitor cannot restart, retrying", metadata: ["reason": "\(error.message)"])
            }
        }
        return nil
    }

    private func follow(_ transport: inout Transport, _ filters: inout MonitorFilters) throws(SystemError) {
        while true {
            switch try transport.receive() {
            case .datagram(let datagram): read(datagram, &filters)
            case .overrun:
                logger.info("Kernel notifications were lost, reading all links again")
                reload(&filters)
            case .woken: pings.answerAll()
            case .stopped: return
            }
        }
    }

    private func read(_ datagram: [UInt8], _ filters: inout MonitorFilters) {
        do throws(DecodingError) {
            for notification in try RouteNotification.all(in: datagram) {
                if let change = filters.host.change(by: notification) { report(change) }
                if let event = filters.parents.event(of: notification) { report(event) }
            }
        } catch {
            logger.warning("Unreadable kernel notification, reading all links again", metadata: ["reason": "\(error)"])
            reload(&filters)
        }
    }

    /// Reads all links again after a loss. If that fails, every link in a later notification counts as new: an extra
    /// report does no harm.
    private func reload(_ filters: inout MonitorFilters) {
        do throws(RouteError) {
            reset(&filters, to: try listLinks())
        } catch {
            logger.warning("Cannot read the links again, retrying", metadata: ["reason": "\(error)"])
            filters.host.reset(to: [])
        }
        reportLoss()
    }

    /// Replaces what is known about the links, and reports the events of parents that were missed since.
    private func reset(_ filters: inout MonitorFilters, to links: [LinkMessage]) {
        filters.host.reset(to: links)
        for event in filters.parents.reset(to: links) { report(event) }
    }

    private func reportLoss() { report("lost notifications") }

    private func report(_ change: String) {
        logger.debug("Host changed", metadata: ["change": "\(change)"])
        onChange()
    }

    private func report(_ event: ParentEvent) {
        logger.debug(
            "Parent event", metadata: ["link": "\(event.link)", "event": "\(event.kind.rawValue)"])
        onParentEvent(event)
    }
}

/// What a monitor remembers between two notifications.
private struct MonitorFilters {
    var host = HostFilter()
    var parents = ParentEventFilter()
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
