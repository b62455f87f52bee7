import Logging

/// A log event as fields of the journal.
///
/// Metadata is in fields of their own, for `journalctl SWIFTVLAN_NETWORK=…`.
struct JournalEntry {
    /// The maximum size of a metadata value in bytes. With `DaemonLogHandler`'s few keys, an entry stays below what one
    /// datagram holds.
    static let valueLimit = 4096
    /// The maximum number of fields of metadata.
    static let fieldLimit = 32
    /// The maximum length of a field's name (`journal_field_valid` in systemd's
    /// src/libsystemd/sd-journal/journal-file.c).
    private static let nameLimit = 64
    private static let prefix = "SWIFTVLAN_"

    /// Each field as `NAME=value`, in UTF-8.
    let fields: [[UInt8]]

    /// The message reads like a line of `swiftvlan events`.
    init(_ level: Logger.Level, message: String, metadata: Logger.Metadata) {
        let text = EventText.clipped(EventLine.sentence(message, EventText.fields(metadata)), to: Self.valueLimit)
        let own = metadata.sorted { $0.key < $1.key }.prefix(Self.fieldLimit).map { key, value in
            let text = EventText.clipped(EventText.value(value, of: key), to: Self.valueLimit)
            return "\(Self.name(of: key))=\(text)"
        }
        let common = [
            "MESSAGE=\(text)", "PRIORITY=\(Self.priority(of: level))",
            "SYSLOG_IDENTIFIER=\(DaemonLogHandler.identifier)",
        ]
        fields = (common + own).map { Array($0.utf8) }
    }

    /// Returns the field of a metadata key: `SWIFTVLAN_NETWORK` for `network.id`.
    static func name(of key: String) -> String {
        let word =
            switch key {
            case "network.id": "NETWORK"
            case "endpoint.id": "ENDPOINT"
            case "duration_us": "DURATION_USEC"
            default: key
            }
        // Names have upper case letters, digits and underscores only.
        let letters = word.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - 0x20
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): byte
            default: UInt8(ascii: "_")
            }
        }
        return prefix + String(decoding: letters.prefix(nameLimit - prefix.utf8.count), as: UTF8.self)
    }

    /// The levels of syslog(3).
    private static func priority(of level: Logger.Level) -> Int {
        switch level {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }
}
