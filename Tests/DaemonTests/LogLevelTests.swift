import Logging
import Synchronization
import Testing

@testable import swiftvlan

@Suite("The level of the log")
struct LogLevelTests {
    /// Keeps messages.
    private struct Keeper: LogHandler {
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

    @Test("is that of the switch for every logger, also for those that were handed around before")
    func switching() {
        let kept = Keeper.Messages()
        let levels = LogLevelSwitch(.info)
        let logger = Logger(label: "test") { _ in SwitchedLogHandler(Keeper(messages: kept), levels) }
        var copy = logger
        copy[metadataKey: "a"] = "b"
        logger.debug("1")
        levels.level = .debug
        logger.debug("2")
        copy.debug("3")
        levels.level = .error
        copy.warning("4")
        logger.error("5")
        #expect(kept.all.withLock { $0 } == ["2 -", "3 b", "5 -"])
    }

    @Test("is a logger's own where it has one")
    func own() {
        let kept = Keeper.Messages()
        let levels = LogLevelSwitch(.info)
        let logger = Logger(label: "test") { _ in SwitchedLogHandler(Keeper(messages: kept), levels) }
        var copy = logger
        copy.logLevel = .trace
        logger.trace("1")
        copy.trace("2")
        #expect(kept.all.withLock { $0 } == ["2 -"])
        #expect(logger.logLevel == .info)
    }

    @Test("is every one that there is", arguments: Logger.Level.allCases)
    func every(_ level: Logger.Level) {
        let levels = LogLevelSwitch(.info)
        levels.level = level
        #expect(levels.level == level)
    }
}
