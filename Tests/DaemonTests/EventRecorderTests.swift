import ControlAPI
import DriverTestKit
import Logging
import Testing

@testable import swiftvlan

@Suite("Recorded events")
struct EventRecorderTests {
    private let events = EventLog(startingAt: 1)
    private let lines = LogLines()
    private let levels: LogLevelSwitch
    private let logger: Logger

    init() {
        let (events, lines, levels) = (events, lines, LogLevelSwitch(.info))
        self.levels = levels
        logger = Logger(label: "test") { _ in EventRecorder(SwitchedLogHandler(lines.handler, levels), events) }
    }

    private var recorded: [EventDocument] { events.events(after: 0, atMost: 1000).events }

    @Test(
        "Events of level info and above are recorded while the output's level is higher",
        arguments: [
            Logger.Level.warning, .error, .critical,
        ])
    func outputLevel(_ level: Logger.Level) {
        levels.level = level
        for level in Logger.Level.allCases { logger.log(level: level, "\(level)") }
        #expect(recorded.map(\.message) == ["info", "notice", "warning", "error", "critical"])
        #expect(recorded.map(\.level) == recorded.map(\.message))
        for other in Logger.Level.allCases { #expect(lines.texts(other) == (other < level ? [] : ["\(other)"])) }
    }

    @Test("Debug messages are written if the output's level is debug, but not recorded")
    func debug() {
        levels.level = .debug
        logger.debug("a")
        #expect(lines.texts(.debug) == ["a"])
        #expect(recorded == [])
    }

    @Test("The text of a debug message is not built unless it is written")
    func cost() {
        levels.level = .error
        var isBuilt = false
        func text() -> Logger.Message {
            isBuilt = true
            return "a"
        }
        logger.debug(text())
        #expect(!isBuilt)
    }

    @Test("An event has its metadata and that of its logger as fields, and a call by its name")
    func fields() {
        var logger = logger
        logger[metadataKey: "a"] = "b"
        logger.info("Endpoint joined", metadata: ["network.id": "12", "call": "/NetworkDriver.Join"])
        #expect(recorded.map(\.fields) == [["a": "b", "network.id": "12", "call": "Join"]])
        #expect(recorded.allSatisfy { $0.time > 1_600_000_000 })
    }

    @Test("An event's message, values and number of fields are bounded")
    func bounds() throws {
        let long = String(repeating: "ä", count: 1 << 20)
        let keys = (0..<100).map { "k\($0)" }
        logger.warning(
            "\(long)", metadata: Dictionary(uniqueKeysWithValues: keys.map { ($0, .string(long)) }))
        let event = try #require(recorded.first)
        #expect(event.message.hasPrefix("ää") && event.message.hasSuffix("ä…"))
        #expect(event.message.utf8.count <= EventText.messageLimit)
        #expect(event.fields.count == EventText.fieldLimit)
        #expect(event.fields.values.allSatisfy { $0.utf8.count <= EventText.valueLimit && $0.hasSuffix("…") })
    }
}
