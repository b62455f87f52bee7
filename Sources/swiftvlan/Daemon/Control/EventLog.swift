import ControlAPI
import Synchronization

/// The latest events of the daemon, for `swiftvlan events` and the page.
final class EventLog: Sendable {
    /// The number of events that are kept.
    static let limit = 1000

    private struct State {
        var events: [EventDocument] = []
        var next: UInt64
    }

    private let state: Mutex<State>

    /// Creates a log whose first event has this position.
    init(startingAt position: UInt64) { state = Mutex(State(next: position)) }

    /// Adds an event; its position is assigned here.
    func add(_ event: EventDocument) {
        state.withLock { state in
            var event = event
            event.position = state.next
            state.next += 1
            if state.events.count == Self.limit { state.events.removeFirst() }
            state.events.append(event)
        }
    }

    /// Returns the events after a position.
    func events(after position: UInt64, atMost count: Int) -> EventsDocument {
        state.withLock { state in
            let events = state.events.filter { $0.position > position }.prefix(count)
            return EventsDocument(events: Array(events), next: events.last?.position ?? max(position, state.next - 1))
        }
    }
}
