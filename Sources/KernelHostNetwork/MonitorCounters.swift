import Synchronization

/// How much a monitor has seen since it was made.
package struct MonitorCounters: Hashable, Sendable {
    /// Notifications about links and routes that were read.
    package var events = 0
    /// Datagrams that could not be read.
    package var unreadable = 0
    /// How often notifications were lost: for lack of room, unreadable, or while nothing could be received.
    package var overruns = 0
    /// Changes that were reported, lost notifications among them.
    package var reported = 0
}

/// The counters where the monitor's thread writes them and everybody may read them.
final class MonitorTally: Sendable {
    private let state = Mutex(MonitorCounters())

    var counters: MonitorCounters { state.withLock { $0 } }

    func count(_ change: (inout MonitorCounters) -> Void) {
        state.withLock { change(&$0) }
    }
}
