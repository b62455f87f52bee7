import Glibc
import TestSupport

/// The daemon's log. Lines of the harness between the daemon's show the order of events.
struct Log: Sendable {
    /// Events that the daemon logs once per call.
    private static let callEvents = [
        "Network created", "Network deleted",
        "Endpoint created", "Endpoint joined", "Endpoint left", "Endpoint deleted",
        // A call that would wait for answers on a link that is down.
        "was accepted without a conflict check",
        // Refused and delayed calls.
        "call=/",
    ]
    private static let prefix = "chaos: "
    private static let startNote = "the daemon is started"

    let path: String
    private let start = ContinuousClock.now

    init(path: String) { self.path = path }

    var lines: [Substring] { ((try? readTextFile(path)) ?? "").split(separator: "\n") }

    /// The number of lines that the daemon has logged, except those about calls.
    var ownLineCount: Int {
        lines.count { line in !line.hasPrefix(Self.prefix) && !Self.callEvents.contains { line.contains($0) } }
    }

    /// The last lines, with shortened identifiers, for diagnosis.
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

    /// The lines since the last start.
    var sinceStart: ArraySlice<Substring> {
        let lines = lines
        let start = lines.lastIndex { $0.hasPrefix(Self.prefix) && $0.hasSuffix(Self.startNote) }
        return lines[(start ?? lines.startIndex)...]
    }

    func noteStart() { note(Self.startNote) }

    /// Adds a line of the harness.
    func note(_ text: String) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let line = "\(Self.prefix)after \((ContinuousClock.now - start).milliseconds.text) ms: \(text)\n"
        _ = write(descriptor, line, line.utf8.count)
    }
}
