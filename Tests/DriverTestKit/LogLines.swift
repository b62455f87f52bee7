package import Logging
import Synchronization

/// A log in memory.
package final class LogLines: Sendable {
    private let entries = Mutex<[(level: Logger.Level, text: String, metadata: Logger.Metadata)]>([])

    package init() {}

    package var logger: Logger { Logger(label: "test") { _ in handler } }
    package var handler: Handler { Handler(lines: self) }

    package func texts(_ level: Logger.Level) -> [String] {
        entries.withLock { $0.filter { $0.level == level }.map(\.text) }
    }

    /// The metadata of each line, as text.
    package func metadata(_ level: Logger.Level) -> [[String: String]] {
        entries.withLock { $0.filter { $0.level == level }.map { $0.metadata.mapValues(\.description) } }
    }

    package struct Handler: LogHandler {
        fileprivate let lines: LogLines
        package var metadata: Logger.Metadata = [:]
        package var logLevel = Logger.Level.trace

        package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        package func log(event: LogEvent) {
            lines.entries.withLock { $0.append((event.level, event.message.description, event.metadata ?? [:])) }
        }
    }
}
