import Glibc
import SystemCalls
import Synchronization

/// Writes the log to standard error, exactly one line for each event.
struct LogStream: TextOutputStream, Sendable {
    /// Serializes the lines of several threads.
    private static let turn = Mutex(())

    /// Writes an event's text, which ends with a line feed.
    mutating func write(_ text: String) {
        // "\r\n" is one character, but two scalars.
        let isEnded = text.unicodeScalars.last == "\n"
        let body = isEnded ? String(text.unicodeScalars.dropLast()) : text
        let line = Array(LogLine(of: body).text.utf8) + [UInt8(ascii: "\n")]
        Self.turn.withLock { _ in Self.write(line[...]) }
    }

    private static func write(_ bytes: ArraySlice<UInt8>) {
        var rest = bytes
        while !rest.isEmpty {
            let count = try? retryingOnInterrupt("write") {
                rest.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
            }
            // A failure to write the log cannot be reported anywhere.
            guard let count else { return }
            rest = rest.dropFirst(count)
        }
    }
}

/// A text as one line of a log.
///
/// Events contain text from outside, such as option values and link names. A line break in it would start a line that
/// could pass for the daemon's own, and a terminal obeys control characters. So these characters are escaped as in a
/// Swift literal, and the backslash too, which keeps escapes unambiguous.
struct LogLine {
    /// The sizes in bytes of the beginning and end that are kept of a long text. The journal splits lines of more than
    /// 48 KiB by default (`LineMax=` in journald.conf(5)), and an escaped character can have six times its size.
    private static let head = 4096
    private static let tail = 1024

    let text: String

    init(of text: String) {
        let bytes = text.utf8
        let surplus = bytes.count - Self.head - Self.tail
        guard surplus > 0 else {
            self.text = Self.escaped(text)
            return
        }
        let (head, tail) = (bytes.prefix(Self.head), bytes.suffix(Self.tail))
        self.text =
            Self.escaped(String(decoding: head, as: UTF8.self)) + " [… \(surplus) bytes left out …] "
            + Self.escaped(String(decoding: tail, as: UTF8.self))
    }

    private static func escaped(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { (0x20..<0x7F).contains($0) && $0 != UInt8(ascii: "\\") }
        return isPlain ? text : text.unicodeScalars.map(escaped).joined()
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\\": return "\\\\"
        case "\n": return "\\n"
        case "\r": return "\\r"
        case "\t": return "\\t"
        default: break
        }
        return switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: "\\u{\(String(scalar.value, radix: 16))}"
        default: String(scalar)
        }
    }
}
