import Foundation

/// The output of a command without what differs from one run to the next.
///
/// IDs, MAC addresses, interface indexes, times and process IDs are replaced by their names. A line `…` of a document
/// stands for any lines.
struct OutputShape: Sendable, CustomStringConvertible {
    private let lines: [String]

    init(_ output: String) {
        let all = output.split(separator: "\n", omittingEmptySubsequences: false).map(Self.shape(of:))
        lines = Array(all.drop { $0.isEmpty }.reversed().drop { $0.isEmpty }.reversed())
    }

    var description: String { lines.joined(separator: "\n") }

    /// Whether an output is as a document shows it.
    func matches(documented: OutputShape) -> Bool { Self.matches(lines[...], documented.lines[...]) }

    private static func matches(_ lines: ArraySlice<String>, _ documented: ArraySlice<String>) -> Bool {
        guard let wanted = documented.first else { return lines.isEmpty }
        if wanted == "…" {
            return (lines.startIndex...lines.endIndex).contains { matches(lines[$0...], documented.dropFirst()) }
        }
        guard let line = lines.first, self.line(line, matches: wanted) else { return false }
        return matches(lines.dropFirst(), documented.dropFirst())
    }

    /// A `…` within a documented line stands for any text.
    private static func line(_ line: String, matches documented: String) -> Bool {
        TextPattern(documented).matches(line)
    }

    private static func shape(of line: Substring) -> String {
        var text = line.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        text.replace(#/\b[0-9a-f]{64}\b/#, with: "ID")
        text.replace(#/\b[0-9a-f]{32}\b/#, with: "ID")
        text.replace(#/\b[0-9a-f]{12}\b/#, with: "ID")
        text.replace(#/\b[0-9a-f]{2}(:[0-9a-f]{2}){5}\b/#, with: "MAC")
        text.replace(#/^\d+: /#, with: "INDEX: ")
        text.replace(#/@if\d+/#, with: "@INDEX")
        text.replace(
            #/((Mon|Tue|Wed|Thu|Fri|Sat|Sun) )?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z| UTC|[+-]\d\d:?\d\d)?/#,
            with: "TIME")
        text.replace(#/(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{1,2} \d{2}:\d{2}:\d{2}/#, with: "TIME")
        text.replace(#/\b\d{2}:\d{2}:\d{2}\.\d+/#, with: "TIME")
        text.replace(#/(\d+(h|min|s|ms|days?|weeks?|hours?|minutes?|seconds?) ?)+ ago/#, with: "TIME ago")
        text.replace(#/\[\d+\]/#, with: "[PID]")
        text.replace(#/\btime \d+ms/#, with: "time TIME")
        text.replace(#/= [\d.]+(\/[\d.]+){3} ms/#, with: "= TIMES")
        text.replace(#/PID: \d+/#, with: "PID: PID")
        text.replace(#/, process \d+\)/#, with: ", process PID)")
        text.replace(#/time=[\d.]+ ms/#, with: "time=TIME")
        return text
    }
}

/// A text in which `…` stands for any text.
struct TextPattern: Sendable {
    private let pieces: [Substring]

    init(_ text: String) { pieces = text.split(separator: "…", omittingEmptySubsequences: false) }

    func matches(_ text: String) -> Bool {
        guard let first = pieces.first, let last = pieces.last, text.hasPrefix(first) else { return false }
        guard pieces.count > 1 else { return text == first }
        var rest = text.dropFirst(first.count)
        for piece in pieces.dropFirst().dropLast() where !piece.isEmpty {
            guard let range = rest.firstRange(of: piece) else { return false }
            rest = rest[range.upperBound...]
        }
        return rest.hasSuffix(last)
    }
}
