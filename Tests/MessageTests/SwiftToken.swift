/// A token of Swift source, as far as the messages in it need it.
struct SwiftToken: Equatable {
    enum Kind: Equatable {
        /// A name, a keyword or a number.
        case word(String)
        /// One character of punctuation.
        case symbol(Character)
        case literal([LiteralPart])
    }

    let kind: Kind
    /// Whether the token is the first of its line.
    let startsLine: Bool
}

/// A piece of a string literal.
enum LiteralPart: Equatable {
    case text(String)
    /// The source of an interpolated expression.
    case expression(String)
}

extension SwiftToken {
    var word: String? { if case .word(let word) = kind { word } else { nil } }
    var symbol: Character? { if case .symbol(let symbol) = kind { symbol } else { nil } }
    var literal: [LiteralPart]? { if case .literal(let parts) = kind { parts } else { nil } }

    /// The tokens of a source file without its comments.
    static func tokens(of source: String) -> [SwiftToken] {
        var scanner = SwiftScanner(bytes: Array(source.utf8))
        return scanner.tokens()
    }
}

/// Splits Swift source into tokens. It knows comments, nested ones too, and every form of string literal; it does not
/// know regular expression literals.
private struct SwiftScanner {
    let bytes: [UInt8]
    var position = 0
    var startsLine = true

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func tokens() -> [SwiftToken] {
        var tokens: [SwiftToken] = []
        while let kind = next() {
            tokens.append(SwiftToken(kind: kind, startsLine: startsLine))
            startsLine = false
        }
        return tokens
    }

    private mutating func next() -> SwiftToken.Kind? {
        skipBlanks()
        guard position < bytes.count else { return nil }
        if let parts = literal() { return .literal(parts) }
        let start = position
        while position < bytes.count, bytes[position].isPartOfWord { position += 1 }
        if position > start { return .word(text(start..<position)) }
        position += 1
        return .symbol(Character(Unicode.Scalar(bytes[start])))
    }

    private mutating func skipBlanks() {
        while position < bytes.count {
            if looking(at: "//") {
                while position < bytes.count, bytes[position] != .newline { position += 1 }
            } else if looking(at: "/*") {
                skipBlockComment()
            } else if bytes[position] == .newline {
                startsLine = true
                position += 1
            } else if bytes[position] == UInt8(ascii: " ") {
                position += 1
            } else {
                return
            }
        }
    }

    private mutating func skipBlockComment() {
        var depth = 0
        repeat {
            if looking(at: "/*") {
                depth += 1
                position += 2
            } else if looking(at: "*/") {
                depth -= 1
                position += 2
            } else {
                position += 1
            }
        } while depth > 0 && position < bytes.count
    }

    /// The string literal at the position, which is left behind it; nil where there is none.
    private mutating func literal() -> [LiteralPart]? {
        var quote = position
        while quote < bytes.count, bytes[quote] == UInt8(ascii: "#") { quote += 1 }
        guard quote < bytes.count, bytes[quote] == UInt8(ascii: "\"") else { return nil }
        let pounds = String(repeating: "#", count: quote - position)
        position = quote
        let isMultiline = looking(at: "\"\"\"")
        position += isMultiline ? 3 : 1
        let end = (isMultiline ? "\"\"\"" : "\"") + pounds
        let escape = "\\" + pounds
        var parts = LiteralParts()
        while position < bytes.count, !looking(at: end) {
            if looking(at: escape) {
                position += escape.utf8.count
                unescape(&parts)
            } else {
                parts.text.append(bytes[position])
                position += 1
            }
        }
        position += end.utf8.count
        let all = parts.all()
        return isMultiline ? withoutIndentation(all) : all
    }

    /// Reads what follows a backslash.
    private mutating func unescape(_ parts: inout LiteralParts) {
        let byte = bytes[position]
        position += 1
        switch byte {
        case UInt8(ascii: "("):
            let start = position
            skipExpression()
            parts.add(expression: text(start..<position))
            position += 1
        case UInt8(ascii: "u"):
            let start = position + 1
            while bytes[position] != UInt8(ascii: "}") { position += 1 }
            let scalar = UInt32(text(start..<position), radix: 16).flatMap(Unicode.Scalar.init)
            parts.text += Array(String(scalar.map(Character.init) ?? "?").utf8)
            position += 1
        case UInt8(ascii: "n"): parts.text.append(.newline)
        case UInt8(ascii: "t"): parts.text.append(UInt8(ascii: "\t"))
        // A line that continues on the next, whose indentation is known at the end of the literal.
        case .newline: parts.text += [0, .newline]
        default: parts.text.append(byte)
        }
    }

    /// Goes to the parenthesis that ends an interpolation; literals in it may have parentheses of their own.
    private mutating func skipExpression() {
        var depth = 0
        while let kind = next() {
            switch kind {
            case .symbol("("): depth += 1
            case .symbol(")") where depth == 0:
                position -= 1
                return
            case .symbol(")"): depth -= 1
            case .word, .symbol, .literal: break
            }
        }
    }

    /// The parts of a literal in three quotes: the indentation of its last line is that of all.
    private func withoutIndentation(_ parts: [LiteralPart]) -> [LiteralPart] {
        guard case .text(let last)? = parts.last else { return parts }
        let indentation = "\n" + (last.split(separator: "\n", omittingEmptySubsequences: false).last ?? "")
        var parts = parts.map { part -> LiteralPart in
            guard case .text(let text) = part else { return part }
            return .text(text.replacing(indentation, with: "\n").replacing("\0\n", with: ""))
        }
        if case .text(let text)? = parts.first { parts[0] = .text(String(text.drop { $0 == "\n" })) }
        if case .text(let text)? = parts.last, text.hasSuffix("\n") {
            parts[parts.count - 1] = .text(String(text.dropLast()))
        }
        return parts
    }

    private func looking(at text: StaticString) -> Bool {
        text.withUTF8Buffer { looking(at: $0) }
    }

    private func looking(at text: String) -> Bool { looking(at: Array(text.utf8)) }

    private func looking(at text: some Collection<UInt8>) -> Bool { bytes[position...].starts(with: text) }

    private func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
}

private struct LiteralParts {
    var text: [UInt8] = []
    private var parts: [LiteralPart] = []

    mutating func add(expression: String) {
        endText()
        let words = expression.split { $0 == " " || $0 == "\n" }
        parts.append(.expression(words.joined(separator: " ")))
    }

    mutating func all() -> [LiteralPart] {
        endText()
        return parts
    }

    private mutating func endText() {
        if !text.isEmpty { parts.append(.text(String(decoding: text, as: UTF8.self))) }
        text = []
    }
}

extension UInt8 {
    fileprivate static let newline = UInt8(ascii: "\n")

    fileprivate var isPartOfWord: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "`"), UInt8(ascii: "@"),
            UInt8(ascii: "$"), 0x80...:
            true
        default: false
        }
    }
}
