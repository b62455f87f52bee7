import Logging

/// The bounded text of events: an event contains text from outside, such as option values.
enum EventText {
    /// The maximum sizes in bytes.
    static let messageLimit = 2048
    static let valueLimit = 1024
    /// The maximum number of fields; an event of swiftvlan has fewer.
    static let fieldLimit = 16

    static func message(_ text: String) -> String { clipped(text, to: messageLimit) }

    /// Returns metadata as fields.
    static func fields(_ metadata: Logger.Metadata) -> [String: String] {
        var fields: [String: String] = [:]
        for (key, value) in metadata.count > fieldLimit ? first(metadata) : Array(metadata) {
            fields[clipped(key, to: 64)] = clipped(Self.value(value, of: key), to: valueLimit)
        }
        return fields
    }

    /// Returns the text of a metadata value; a call's is its name, such as `Join`, without the service.
    static func value(_ value: Logger.Metadata.Value, of key: String) -> String {
        let text = value.description
        guard key == "call", let dot = text.lastIndex(of: ".") else { return text }
        return String(text[text.index(after: dot)...])
    }

    /// Returns the beginning of a text that is too long, at whole characters of Unicode.
    static func clipped(_ text: String, to limit: Int) -> String {
        guard text.utf8.count > limit else { return text }
        let ellipsis = "…"
        var end = text.utf8.index(text.startIndex, offsetBy: limit - ellipsis.utf8.count)
        while end.samePosition(in: text.unicodeScalars) == nil { end = text.utf8.index(before: end) }
        return String(text[..<end]) + ellipsis
    }

    private static func first(_ metadata: Logger.Metadata) -> [(key: String, value: Logger.Metadata.Value)] {
        Array(metadata.sorted { $0.key < $1.key }.prefix(fieldLimit))
    }
}
