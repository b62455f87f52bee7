import Logging
import Synchronization
import Testing

@testable import swiftvlan

@Suite("The log level")
struct LogLevelTests {
    /// Records messages.
    private struct Recorder: LogHandler {
        final class Messages: Sendable {
            let all = Mutex<[String]>([])
        }
        let messages: Messages
        var metadata = Logger.Metadata()
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            messages.all.withLock { $0.append("\(event.message) \(metadata["a"] ?? "-")") }
        }
    }

    @Test("Every logger follows a change of the log level, even an older copy")
    func switching() {
        let recorded = Recorder.Messages()
        let levels = LogLevelSwitch(.info)
        let logger = Logger(label: "test") { _ in SwitchedLogHandler(Recorder(messages: recorded), levels) }
        var copy = logger
        copy[metadataKey: "a"] = "b"
        logger.debug("1")
        levels.level = .debug
        logger.debug("2")
        copy.debug("3")
        levels.level = .error
        copy.warning("4")
        logger.error("5")
        #expect(recorded.all.withLock { $0 } == ["2 -", "3 b", "5 -"])
    }

    @Test("A logger with its own level keeps it")
    func own() {
        let recorded = Recorder.Messages()
        let levels = LogLevelSwitch(.info)
        let logger = Logger(label: "test") { _ in SwitchedLogHandler(Recorder(messages: recorded), levels) }
        var copy = logger
        copy.logLevel = .trace
        logger.trace("1")
        copy.trace("2")
        #expect(recorded.all.withLock { $0 } == ["2 -"])
        #expect(logger.logLevel == .info)
    }

    @Test("The log level can be set to every level", arguments: Logger.Level.allCases)
    func every(_ level: Logger.Level) {
        let levels = LogLevelSwitch(.info)
        levels.level = level
        #expect(levels.level == level)
    }
}
