/// Writes words and comments of a POSIX shell script.
///
/// Names come from outside: a name with a quote or a line break must stay one word, and must not end a comment.
enum Shell {
    /// Returns a command line of these words.
    static func line(_ words: [String]) -> String { words.map(word).joined(separator: " ") }

    /// Returns a word as the shell reads it, in quotes only if it needs them (POSIX, XCU 2.2.2).
    static func word(_ text: String) -> String {
        if !text.isEmpty, text.utf8.allSatisfy(isPlain) { return text }
        return "'" + text.unicodeScalars.map(quoted).joined() + "'"
    }

    /// Returns a character within single quotes. A terminal would obey control characters if it showed the script, and
    /// show the rest of a line in another order after some others.
    private static func quoted(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "'": return "'\\''"
        case "\n", "\t": return String(scalar)
        default: break
        }
        guard isHidden(scalar) else { return String(scalar) }
        let octal = String(scalar).utf8.map { "\\" + String(Int($0) + 0o1000, radix: 8).dropFirst() }.joined()
        return "'\"$(printf '\(octal)')\"'"
    }

    /// Returns a text in which control characters, and those that change the direction of text, are question marks.
    static func printable(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { isHidden($0) ? "?" : $0 }))
    }

    /// Whether a character is invisible, or changes the place of others.
    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }

    /// Returns a comment, wrapped at 100 characters. The further lines of an item, "- …", align with its text.
    static func comment(_ text: String, indent: String = "") -> [String] {
        var lines: [String] = []
        var line = ""
        let margin = text.hasPrefix("- ") ? "  " : ""
        for word in printable(text).split(separator: " ") {
            if !line.isEmpty, line.count + word.count > 100 {
                lines.append(line)
                line = margin
            }
            line += line.isEmpty || line == margin ? "\(word)" : " \(word)"
        }
        return (lines + [line]).map { "\(indent)# \($0)" }
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "_@%+=:,./-".utf8.contains(byte)
        }
    }
}
