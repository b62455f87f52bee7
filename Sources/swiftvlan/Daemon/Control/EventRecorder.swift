import ControlAPI
import Logging

/// A log handler that also records each event of level info and above as an event for operators, whatever the level of
/// its output is.
struct EventRecorder<Output: LogHandler>: OuterLogHandler {
    /// The lowest level that is recorded.
    private static var lowest: Logger.Level { .info }

    var output: Output
    private let events: EventLog

    init(_ output: Output, _ events: EventLog) {
        self.output = output
        self.events = events
    }

    /// The lower of both levels, so that loggers do not drop what is recorded.
    ///
    /// Setting it sets that of the output.
    var logLevel: Logger.Level {
        get { min(output.logLevel, Self.lowest) }
        set { output.logLevel = newValue }
    }

    func log(event: LogEvent) {
        if event.level >= Self.lowest {
            let metadata = output.metadata.merging(event.metadata ?? [:]) { $1 }
            events.add(
                EventDocument(
                    position: 0, time: SystemClock.now, level: event.level.rawValue,
                    message: EventText.message(event.message.description), fields: EventText.fields(metadata)))
        }
        if event.level >= output.logLevel { output.log(event: event) }
    }
}
