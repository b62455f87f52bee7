/// Estimates the width of text in a sans-serif font, because only the viewer knows the font.
///
/// The estimates are those of a wide font (DejaVu Sans), so that text fits its box with the usual ones.
enum TextWidth {
    /// Returns the width in pixels for a font size in pixels.
    static func of(_ text: String, size: Double, isBold: Bool = false) -> Double {
        let width = text.unicodeScalars.reduce(0) { $0 + units(of: $1) }
        return width * size * (isBold ? 1.12 : 1)
    }

    /// Sums of the same widths differ by less, so text that a column was measured for is not cut.
    private static let tolerance = 0.01

    /// The part of the font size that a character takes.
    private static func units(of scalar: Unicode.Scalar) -> Double {
        switch scalar {
        case "i", "j", "l", "I", ".", ",", ":", "'", "|", " ", "/", "(", ")", "-": 0.39
        case "m", "w", "M", "W", "%", "@": 1
        case "a"..."z", "0"..."9", "_": 0.64
        case "A"..."Z": 0.79
        default: scalar.value < 0x1100 ? 0.7 : 1.05
        }
    }

    /// Returns text that is no wider than the limit, with an ellipsis for what is cut off.
    static func cut(_ text: String, to limit: Double, size: Double, isBold: Bool = false) -> String {
        let limit = limit + tolerance
        guard of(text, size: size, isBold: isBold) > limit else { return text }
        var result = ""
        for character in text {
            guard of(result + String(character) + "…", size: size, isBold: isBold) <= limit else { break }
            result.append(character)
        }
        return result + "…"
    }

    /// Returns lines no wider than the limit, at most `count` of them; the last one has an ellipsis if text is left.
    static func wrapped(_ text: String, to limit: Double, size: Double, count: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            let longer = line.isEmpty ? String(word) : "\(line) \(word)"
            if line.isEmpty || of(longer, size: size) <= limit {
                line = longer
            } else {
                lines.append(line)
                line = String(word)
            }
        }
        lines.append(line)
        if lines.count > count { lines = lines.prefix(count - 1) + [lines[(count - 1)...].joined(separator: " ")] }
        return lines.map { cut($0, to: limit, size: size) }
    }
}
