import ControlAPI
import NIOCore
import Synchronization

/// The latest events of the daemon, for `swiftvlan events` and the page.
///
/// Positions are contiguous within a run of the daemon. They start with the time of the start in microseconds, so that
/// they also grow from one run to the next.
final class EventLog: Sendable {
    /// The number of events that are kept. Each takes at most a few kilobytes (`EventText`).
    static let limit = 1000

    fileprivate struct State {
        /// A ring; the oldest event is at `start`.
        var events: [EventDocument] = []
        var start = 0
        /// The position of the next event.
        var next: UInt64
        var waiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
        var waiterNumber: UInt64 = 0
        var isStopped = false
    }

    private let state: Mutex<State>

    /// Creates a log whose first event has this position, at least 1.
    init(startingAt position: UInt64) { state = Mutex(State(next: max(position, 1))) }

    /// Creates the log of a daemon that starts now.
    convenience init() { self.init(startingAt: UInt64(max(SystemClock.now, 0) * 1_000_000)) }

    /// Adds an event, whose position is assigned here, and wakes the requests that wait for one.
    func add(_ event: EventDocument) {
        let waiters = state.withLock { state in
            state.append(event)
            return state.takeWaiters()
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Returns the kept events after a position, oldest first; position 0 is before all of them.
    func events(after position: UInt64, atMost count: Int) -> EventsDocument {
        state.withLock { $0.events(after: position, atMost: count) }
    }

    /// Returns the events after a position once there is one, or none after the time limit or when the daemon stops.
    ///
    /// `loop` keeps the time.
    func events(
        after position: UInt64, atMost count: Int, within limit: Duration, on loop: any EventLoop
    ) async -> EventsDocument {
        let number = state.withLock { state in
            state.waiterNumber += 1
            return state.waiterNumber
        }
        var end: Scheduled<Void>?
        await withCheckedContinuation { waiter in
            let mustWait = state.withLock { state in
                guard limit > .zero, !state.isStopped, state.isLast(position) else { return false }
                state.waiters[number] = waiter
                return true
            }
            guard mustWait else { return waiter.resume() }
            // Only now: on its own thread, it could otherwise end before the wait begins.
            end = loop.scheduleTask(in: TimeAmount(limit)) { self.endWait(number) }
        }
        end?.cancel()
        return events(after: position, atMost: count)
    }

    /// Answers all requests that wait, and lets no further one wait: the daemon stops.
    func stop() {
        let waiters = state.withLock { state in
            state.isStopped = true
            return state.takeWaiters()
        }
        for waiter in waiters { waiter.resume() }
    }

    /// The number of requests that wait.
    var waiting: Int { state.withLock { $0.waiters.count } }

    private func endWait(_ number: UInt64) { state.withLock { $0.waiters.removeValue(forKey: number) }?.resume() }
}

extension EventLog.State {
    /// The position of the oldest kept event; that of the next one if there is none.
    private var first: UInt64 { next - UInt64(events.count) }

    /// Whether a position is that of the latest event.
    fileprivate func isLast(_ position: UInt64) -> Bool { position == next - 1 }

    fileprivate mutating func append(_ event: EventDocument) {
        var event = event
        event.position = next
        next += 1
        if events.count < EventLog.limit {
            events.append(event)
        } else {
            events[start] = event
            start = (start + 1) % EventLog.limit
        }
    }

    fileprivate func events(after position: UInt64, atMost count: Int) -> EventsDocument {
        // Positions above the latest are those of an earlier run too: the clock was set back since.
        let isForeign = position < first - 1 || position >= next
        let from = isForeign ? 0 : Int(position - (first - 1))
        let found = (from..<events.count).prefix(count).map { events[(start + $0) % events.count] }
        return EventsDocument(
            events: found, next: found.last?.position ?? next - 1, isIncomplete: isForeign && position > 0)
    }

    fileprivate mutating func takeWaiters() -> [CheckedContinuation<Void, Never>] {
        defer { waiters = [:] }
        return Array(waiters.values)
    }
}
