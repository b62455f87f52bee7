import ArgumentParser
import Glibc

/// The terminal that a command writes to, if it writes to one.
///
/// Names from outside, such as those of links and containers, go through `escaped` before they are printed.
enum Terminal {
    /// A color, or another attribute, of text (ECMA-48, SGR).
    enum Style: String, Sendable {
        case bold = "1"
        case dim = "2"
        case red = "31"
        case green = "32"
        case yellow = "33"
    }

    /// Whether standard output is a terminal.
    static var isOutput: Bool { isatty(STDOUT_FILENO) == 1 }

    /// Whether commands use colors: on a terminal, unless `NO_COLOR` is set (no-color.org) or the terminal has none.
    static var usesColor: Bool {
        isOutput && (environment("NO_COLOR") ?? "").isEmpty && environment("TERM") != "dumb"
    }

    /// The columns and lines of the terminal; nil if standard output is not one.
    static var size: (columns: Int, lines: Int)? {
        var size = winsize()
        guard isOutput, ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return (Int(size.ws_col), Int(size.ws_row))
    }

    static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

    /// Writes text to standard output at once.
    ///
    /// Throws `ExitCode.success` if the reader has closed its end, as `head` does, so that the command ends without a
    /// word. Throws an error of one sentence if the text cannot be written, for example to a full disk.
    static func write(_ text: String) throws { try write(Array(text.utf8)) }

    /// Writes bytes as `write(_:)` writes text.
    static func write(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            let reason = errno
            switch (count, reason) {
            case (0..., _): rest = rest.dropFirst(count)
            case (_, EINTR): continue
            case (_, EAGAIN): waitUntilWritable()
            // NIO ignores SIGPIPE in the whole process, so that a closed pipe is an error here.
            case (_, EPIPE): throw ExitCode.success
            default:
                throw ControlError(
                    description: "the output cannot be written: \(String(cString: strerror(reason))); send it elsewhere"
                )
            }
        }
    }

    /// Lets signals end the command, even if its parent has blocked them, as some supervisors do (signal(7)).
    static func unblockSignals() {
        var signals = sigset_t()
        sigemptyset(&signals)
        for signal in [SIGINT, SIGTERM] { sigaddset(&signals, signal) }
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    }

    /// Another process may have made a shared terminal non-blocking.
    private static func waitUntilWritable() {
        var event = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
        _ = poll(&event, 1, -1)
    }

    /// Whether the other end of a pipe is still open; true for a terminal or file.
    static var isRead: Bool {
        var event = pollfd(fd: STDOUT_FILENO, events: 0, revents: 0)
        guard poll(&event, 1, 0) > 0 else { return true }
        return event.revents & Int16(POLLERR) == 0
    }

    /// Returns text with a style, or as it is without colors.
    static func styled(_ text: String, _ style: Style?, usesColor: Bool) -> String {
        guard usesColor, let style, !text.isEmpty else { return text }
        return "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m"
    }

    /// Returns text without characters that control a terminal or change the order of others, which it escapes.
    static func escaped(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isHidden) else { return text }
        return text.unicodeScalars.map { scalar in
            guard isHidden(scalar) else { return String(scalar) }
            let digits = String(scalar.value, radix: 16)
            return scalar.value < 0x100
                ? "\\x" + String(repeating: "0", count: 2 - digits.count) + digits : "\\u{\(digits)}"
        }.joined()
    }

    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: true
        default: false
        }
    }

    /// Returns the number of columns that text takes, without escape sequences.
    static func width(of text: String) -> Int {
        text.unicodeScalars.reduce(0) { $0 + width(of: $1) }
    }

    private static func width(of scalar: Unicode.Scalar) -> Int {
        guard scalar.value >= 0x300 else { return 1 }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark: return 0
        default: break
        }
        // The wide ranges of Unicode's East Asian Width (UAX #11), coarsely.
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
            0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
            return 2
        default: return 1
        }
    }
}

/// Prints a line on standard error, for the error that ends a command, as ArgumentParser does.
func printError(_ text: String) {
    let bytes = Array("Error: \(Terminal.escaped(text))\n".utf8)
    _ = Glibc.write(STDERR_FILENO, bytes, bytes.count)
}

/// Prints a line on standard error, for what a command must say beside its result.
func printWarning(_ text: String) {
    let bytes = Array("swiftvlan: \(Terminal.escaped(text))\n".utf8)
    _ = Glibc.write(STDERR_FILENO, bytes, bytes.count)
}
