import Logging
import Metrics

/// A log handler that takes its level from a switch, so that existing loggers follow a change.
///
/// As with any other handler, a logger whose own level is set keeps it, and so do its copies.
struct SwitchedLogHandler<Output: LogHandler>: OuterLogHandler {
    var output: Output
    private let levels: LogLevelSwitch
    /// Counts the events that are logged; nil if nobody asks for that.
    private let counts: Counters<Logger.Level>?
    private var ownLevel: Logger.Level?

    init(_ output: Output, _ levels: LogLevelSwitch, counts: Counters<Logger.Level>? = nil) {
        self.counts = counts
        self.output = output
        self.levels = levels
    }

    var logLevel: Logger.Level {
        get { ownLevel ?? levels.level }
        set { ownLevel = newValue }
    }

    func log(event: LogEvent) {
        counts?.count(event.level)
        output.log(event: event)
    }
}
