import Glibc
import TestSupport

/// The daemon's log, with the harness's own lines in between, so that it tells what happened in what order.
struct Log: Sendable {
    /// What the daemon logs once for a call that was made.
    private static let callEvents = [
        "Network created", "Network deleted", "Endpoint created", "Endpoint joined", "Endpoint deleted",
        // Refusals, and waiting.
        "call=/",
    ]
    private static let ownMark = "chaos: "
    private static let startNote = "the daemon is started"

    let path: String
    private let start = ContinuousClock.now

    init(path: String) {
        self.path = path
    }

    var lines: [Substring] { ((try? readTextFile(path)) ?? "").split(separator: "\n") }

    /// How many lines the daemon has written by itself, those left out that each belong to a call.
    var ownLineCount: Int {
        lines.count { line in !line.hasPrefix(Self.ownMark) && !Self.callEvents.contains { line.contains($0) } }
    }

    /// Its end, for whoever has to find out why something went wrong, with identifiers as short as people see them.
    func tail(_ count: Int = 60) -> String {
        lines.suffix(count).map { line in
            line.split(separator: "=", omittingEmptySubsequences: false).map(Self.shortened).joined(separator: "=")
        }
        .joined(separator: "\n")
    }

    private static func shortened(_ value: Substring) -> String {
        let digits = value.prefix { $0.isHexDigit }
        return digits.count == 64 ? "\(digits.prefix(12))\(value.dropFirst(64))" : String(value)
    }

    /// What the daemon has written since it was started last.
    var sinceStart: ArraySlice<Substring> {
        let lines = lines
        let start = lines.lastIndex { $0.hasPrefix(Self.ownMark) && $0.hasSuffix(Self.startNote) }
        return lines[(start ?? lines.startIndex)...]
    }

    func noteStart() { note(Self.startNote) }

    /// Adds a line about what the harness does now.
    func note(_ text: String) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let line = "\(Self.ownMark)after \((ContinuousClock.now - start).milliseconds.text) ms: \(text)\n"
        _ = write(descriptor, line, line.utf8.count)
    }
}
