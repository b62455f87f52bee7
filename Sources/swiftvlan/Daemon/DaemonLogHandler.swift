import Glibc
import Logging
import SystemdSupport

/// Writes the daemon's log: to the journal with fields if that is where standard error goes, otherwise as lines of text
/// to standard error.
struct DaemonLogHandler: LogHandler {
    /// The name of the program in the log.
    static let identifier = "swiftvlan"

    let isJournal: Bool
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info

    init(isJournal: Bool) { self.isJournal = isJournal }

    /// Makes it the handler of all loggers.
    static func bootstrap() {
        let handler = DaemonLogHandler(isJournal: Journal.isStandardError)
        LoggingSystem.bootstrap { _ in handler }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let metadata = metadata.isEmpty ? event.metadata ?? [:] : metadata.merging(event.metadata ?? [:]) { $1 }
        if isJournal {
            let entry = JournalEntry(event.level, message: event.message.description, metadata: metadata)
            if Journal.send(entry.fields) { return }
        }
        var stream = LogStream()
        stream.write("\(Self.timestamp) \(event.level) \(Self.identifier): \(Self.text(event, metadata))\n")
    }

    /// Returns an event's text: its metadata by name, the module that it comes from, and its message.
    static func text(_ event: LogEvent, _ metadata: Logger.Metadata) -> String {
        let pairs = metadata.sorted { $0.key < $1.key }.map { "\($0.key)=\(quoted($0.value.description))" }
        return (pairs + ["[\(event.source)]", event.message.description]).joined(separator: " ")
    }

    /// Quotes a value that would otherwise not end at the next space.
    private static func quoted(_ value: String) -> String {
        guard value.isEmpty || value.utf8.contains(where: { [UInt8(ascii: " "), UInt8(ascii: "\"")].contains($0) })
        else { return value }
        return "\"\(value.replacing("\"", with: "'"))\""
    }

    /// The local time, as in RFC 3339 without a colon in the offset.
    private static var timestamp: String {
        var now = time(nil)
        var local = tm()
        localtime_r(&now, &local)
        let size = 40
        return String(unsafeUninitializedCapacity: size) { bytes in
            bytes.withMemoryRebound(to: CChar.self) { strftime($0.baseAddress, size, "%Y-%m-%dT%H:%M:%S%z", &local) }
        }
    }
}
