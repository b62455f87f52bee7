import ControlAPI
import Glibc

/// An event as a line for people: local time, level, message, and its fields.
struct EventLine {
    /// The fields that come first, with the words for them.
    private static let first = [
        (key: "network.id", word: "network"), (key: "endpoint.id", word: "endpoint"), (key: "parent", word: "parent"),
        (key: "vlan", word: "vlan"),
    ]
    private static let levelWidth = 8

    let text: String

    init(_ event: EventDocument) {
        let level = event.level.padding(to: Self.levelWidth)
        let line = "\(Self.time(event.time))  \(level) \(event.message)"
        let fields = Self.fields(event)
        // Names of links and options come from outside.
        text = LogLine(of: fields.isEmpty ? line : "\(line)  \(fields)").text
    }

    private static func fields(_ event: EventDocument) -> String {
        var rest = event.fields
        var parts: [String] = []
        for (key, word) in first {
            guard let value = rest.removeValue(forKey: key), !value.isEmpty else { continue }
            parts.append("\(word)=\(key.hasSuffix(".id") ? String(value.prefix(12)) : quoted(value))")
        }
        let duration = rest.removeValue(forKey: "duration_us").flatMap { Double($0) }
        for (key, value) in rest.sorted(by: { $0.key < $1.key }) where !value.isEmpty {
            parts.append("\(key)=\(quoted(value))")
        }
        if let duration { parts.append("duration=\(time(ofMicroseconds: duration))") }
        return parts.joined(separator: " ")
    }

    private static func quoted(_ value: String) -> String {
        value.contains(" ") ? "\"\(value.replacing("\"", with: "'"))\"" : value
    }

    /// Seconds with one digit after the point; below one second, whole milliseconds, and for short times tenths of them.
    private static func time(ofMicroseconds microseconds: Double) -> String {
        guard (0..<1e15).contains(microseconds) else { return "unknown" }
        let tenths = Int((microseconds / 100).rounded())
        // What rounds to 1000ms is a second.
        guard microseconds < 999_500 else { return "\(decimal(Int((microseconds / 100_000).rounded())))s" }
        return tenths >= 1000 ? "\(Int((microseconds / 1000).rounded()))ms" : "\(decimal(tenths))ms"
    }

    private static func decimal(_ tenths: Int) -> String { "\(tenths / 10).\(tenths % 10)" }

    /// The local time, to the millisecond.
    private static func time(_ seconds: Double) -> String {
        guard seconds.isFinite, abs(seconds) < 1e15 else { return "unknown" }
        var whole = time_t(seconds.rounded(.down))
        let milliseconds = min(Int((seconds - Double(whole)) * 1000), 999)
        var local = tm()
        localtime_r(&whole, &local)
        let date = "\(Int(local.tm_year) + 1900)-\(two(local.tm_mon + 1))-\(two(local.tm_mday))"
        let time = "\(two(local.tm_hour)):\(two(local.tm_min)):\(two(local.tm_sec))"
        return "\(date) \(time).\(String(milliseconds + 1000).dropFirst())"
    }

    private static func two(_ number: Int32) -> Substring { String(number + 100).dropFirst() }
}

extension String {
    fileprivate func padding(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - utf8.count))
    }
}
