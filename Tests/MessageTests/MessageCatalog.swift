import TestSupport

/// Every message that a user can see, as the sources have it.
struct MessageCatalog {
    /// A message, or a piece of one.
    struct Message: Equatable {
        /// The declaration that builds it, with its types: `DriverError.linkBeingRemoved`.
        let declaration: String
        /// How it reaches users, where the call shows it: `error`, `notice`, `info`, `help`.
        let level: String?
        /// The argument or the local constant that it is the value of.
        let label: String?
        /// The text; `{name}` stands for an interpolated expression.
        let text: String
        /// The keys of the log line's metadata.
        let metadata: [String]
    }

    /// The messages of one file, in their order.
    static func messages(in source: String) -> [Message] {
        var reader = SourceReader(SwiftToken.tokens(of: source))
        return reader.messages()
    }

    /// The catalog of all Swift files in and below a directory.
    static func text(ofSourcesIn directory: String) throws -> String {
        var text = heading
        for target in try namesInDirectory(directory) {
            var files = ""
            for path in try swiftFiles(in: "\(directory)/\(target)", below: "") {
                let messages = messages(in: try readTextFile("\(directory)/\(target)/\(path)"))
                if !messages.isEmpty { files += "\n## \(path)\n" + lines(of: messages) }
            }
            if !files.isEmpty { text += "\n# \(target)\n" + files }
        }
        return text
    }

    private static let heading = """
        Every message that a user can see: refusals, notices, log lines with their metadata keys, help texts, and the
        pieces that these are built from. Generated from Sources; to write it again:

            SWIFTVLAN_UPDATE_MESSAGES=1 swift test --filter MessageTests

        {name} stands for an expression, [key] for a key of a log line's metadata, (name) for the argument or constant
        that a piece is the value of, and (metadata) for the keys that log lines elsewhere take from a declaration.

        """

    private static func lines(of messages: [Message]) -> String {
        var text = ""
        var declaration: String?
        for message in messages {
            if message.declaration != declaration { text += "\(message.declaration)\n" }
            declaration = message.declaration
            text += "    \(message.line)\n"
        }
        return text
    }

    private static func swiftFiles(in directory: String, below folder: String) throws -> [String] {
        var paths: [String] = []
        for name in try namesInDirectory(directory + "/" + folder) {
            if name.hasSuffix(".swift") {
                paths.append(folder + name)
            } else if !name.contains(".") {
                paths += try swiftFiles(in: directory, below: "\(folder)\(name)/")
            }
        }
        return paths
    }
}

extension MessageCatalog.Message {
    /// `error: no such link {name} [reason]`
    var line: String {
        let keys = metadata.isEmpty ? "" : "[\(metadata.joined(separator: ", "))]"
        let start = [level.map { "\($0): " }, label.map { "(\($0)) " }].compactMap { $0 }.joined()
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\n        ")
        return start + lines + (lines.isEmpty || keys.isEmpty ? "" : " ") + keys
    }
}

/// Finds the messages among a file's tokens.
private struct SourceReader {
    private let tokens: [SwiftToken]
    /// For each bracket the place of the other one.
    private var partners: [Int: Int] = [:]
    private var scopes = Scopes()

    init(_ tokens: [SwiftToken]) {
        self.tokens = tokens
        var open: [Int] = []
        for (place, token) in tokens.enumerated() {
            switch token.symbol {
            case "(", "[", "{": open.append(place)
            case ")", "]", "}":
                guard let start = open.popLast() else { continue }
                partners[start] = place
                partners[place] = start
            default: break
            }
        }
    }

    mutating func messages() -> [MessageCatalog.Message] {
        var messages: [MessageCatalog.Message] = []
        var place = 0
        while place < tokens.count {
            scopes.pass(tokens, place)
            if let keys = declaredKeys(at: place) {
                messages.append(
                    MessageCatalog.Message(
                        declaration: scopes.name, level: nil, label: "metadata", text: "", metadata: keys))
            }
            if tokens[place].literal != nil {
                let sum = sum(with: place)
                if let message = message(sum.parts, at: sum.start), !messages.contains(message) {
                    messages.append(message)
                }
                place = sum.end
            } else {
                place += 1
            }
        }
        return messages
    }

    private func message(_ parts: [LiteralPart], at place: Int) -> MessageCatalog.Message? {
        let calls = enclosingCalls(of: place)
        let level = calls.lazy.compactMap { self.level(of: $0, around: place) }.first
        let isKey = tokens.indices.contains(place + 1) && tokens[place + 1].symbol == ":" && !isInTernary(place)
        guard parts.isProse(isSentence: level != nil && !isKey) else { return nil }
        return MessageCatalog.Message(
            declaration: scopes.name, level: level,
            label: level == nil ? label(of: place) ?? constant(around: place) : nil,
            text: parts.shown, metadata: calls.first.map { metadata(of: $0, place) } ?? [])
    }

    // MARK: Sums of literals

    /// The literals and other operands that are joined by `+` around a literal, to the right of it as long as they end
    /// in a literal and to the left by one operand.
    private func sum(with literal: Int) -> (parts: [LiteralPart], start: Int, end: Int) {
        var parts = tokens[literal].literal ?? []
        var end = literal + 1
        var start = literal
        if literal > 1, tokens[literal - 1].symbol == "+", tokens[literal - 2].word != nil {
            start = literal - 2
            parts.insert(.expression(source(start..<literal - 1)), at: 0)
        }
        while end < tokens.count, tokens[end].symbol == "+" {
            let next = operand(at: end + 1)
            guard next > end + 1 else { break }
            if let more = tokens[end + 1].literal, next == end + 2 {
                parts += more
            } else {
                parts.append(.expression(source(end + 1..<next)))
            }
            end = next
        }
        return (parts, start, end)
    }

    /// Where the operand ends that begins at a place: a literal, or a name with members, calls and subscripts.
    private func operand(at place: Int) -> Int {
        guard tokens.indices.contains(place) else { return place }
        var end = place
        if tokens[end].literal != nil || tokens[end].word != nil {
            end += 1
        } else if tokens[end].symbol == "(", let close = partners[end] {
            end = close + 1
        } else {
            return place
        }
        while end < tokens.count {
            switch tokens[end].symbol {
            case "." where tokens.indices.contains(end + 1) && tokens[end + 1].word != nil: end += 2
            case "(", "[", "{":
                guard let close = partners[end], !tokens[end].startsLine else { return end }
                end = close + 1
            case "!": end += 1
            default: return end
            }
        }
        return end
    }

    private func source(_ range: Range<Int>) -> String {
        var text = ""
        for token in tokens[range] {
            switch token.kind {
            case .word(let word):
                if text.last.map({ $0.isLetter || $0 == ":" || $0 == "," }) == true { text += " " }
                text += word
            case .symbol(let symbol): text.append(symbol)
            case .literal(let parts): text += (text.last == ":" ? " " : "") + "\"\(parts.shown)\""
            }
        }
        return text
    }

    // MARK: What is around a literal

    /// The places of the brackets of the calls around a place, the innermost first, as far as the nearest closure.
    private func enclosingCalls(of place: Int) -> [Int] {
        var calls: [Int] = []
        var current = place - 1
        while current >= 0 {
            switch tokens[current].symbol {
            case ")", "]", "}": current = partners[current] ?? current
            case "{": return calls
            case "(" where current > 0 && tokens[current - 1].word != nil: calls.append(current)
            default: break
            }
            current -= 1
        }
        return calls
    }

    /// What a call makes of a text in it.
    private func level(of call: Int, around place: Int) -> String? {
        guard let name = tokens[call - 1].word else { return nil }
        let isMember = call > 1 && tokens[call - 2].symbol == "."
        if isMember, Self.logLevels.contains(name), call > 2, tokens[call - 3].word == "logger" { return name }
        if name.hasSuffix("Error") { return "error" }
        if name == "Notice", let close = partners[call] {
            return tokens[call..<close].contains { $0.word == "problem" } ? "warning" : "notice"
        }
        let isHelp = ["abstract", "discussion", "help"].contains(label(of: place))
        if name == "ArgumentHelp" || isHelp { return "help" }
        return nil
    }

    private static let logLevels = ["trace", "debug", "info", "notice", "warning", "error", "critical"]

    /// The label of the argument that begins at a place.
    private func label(of place: Int) -> String? {
        guard place > 2, tokens[place - 1].symbol == ":", let label = tokens[place - 2].word,
            let before = tokens[place - 3].symbol, before == "(" || before == ","
        else { return nil }
        return label
    }

    /// The local constant that a literal is the value of, or a part of it.
    private func constant(around place: Int) -> String? {
        guard scopes.isInBody else { return nil }
        var current = place
        while current > 0 {
            if ["let", "var"].contains(tokens[current].word) { break }
            if isStatement(current) { return nil }
            current -= 1
            switch tokens[current].symbol {
            case ")", "]", "}": current = partners[current] ?? current
            case "{", ";": return nil
            default: break
            }
        }
        guard tokens[current].startsLine, current + 2 < tokens.count else { return nil }
        return tokens[current + 1].word
    }

    /// Whether a statement begins at a place, as far as the line break before it shows.
    private func isStatement(_ place: Int) -> Bool {
        guard tokens[place].startsLine, let word = tokens[place].word, place > 0 else { return false }
        if ["try", "return", "throw", "guard", "if", "for", "while", "switch", "do"].contains(word) { return true }
        switch tokens[place - 1].kind {
        case .word, .literal: return true
        case .symbol(let symbol): return [")", "}", "]", "{"].contains(symbol)
        }
    }

    private func isInTernary(_ place: Int) -> Bool { place > 0 && tokens[place - 1].symbol == "?" }

    /// The keys in a log line's `metadata` argument.
    private func metadata(of call: Int, _ place: Int) -> [String] {
        guard let close = partners[call],
            let start = (place..<close).first(where: { tokens[$0].word == "metadata" }), tokens[start + 1].symbol == ":"
        else { return [] }
        return keys(in: start..<close)
    }

    /// The keys in a constant or property named `metadata`, or the one that an assignment adds to it; nil elsewhere.
    private func declaredKeys(at place: Int) -> [String]? {
        guard tokens[place].word == "metadata", place > 0, place + 3 < tokens.count else { return nil }
        if tokens[place + 1].symbol == "[", tokens[place + 3].symbol == "]" {
            return text(at: place + 2).map { [$0] }
        }
        guard ["let", "var"].contains(tokens[place - 1].word), tokens[place + 1].symbol == ":" else { return nil }
        var start = place + 2
        while start < tokens.count, tokens[start].word != nil || [".", "="].contains(tokens[start].symbol) {
            start += 1
        }
        guard start < tokens.count, let end = partners[start], end > start else { return nil }
        let found = keys(in: start..<end)
        return found.isEmpty ? nil : found
    }

    /// The keys of the dictionary literals in a range.
    private func keys(in range: Range<Int>) -> [String] {
        range.filter { tokens[$0 + 1].symbol == ":" }.compactMap { text(at: $0) }
    }

    /// The text of a literal without interpolations.
    private func text(at place: Int) -> String? {
        guard let parts = tokens[place].literal, parts.count == 1, case .text(let text) = parts[0] else { return nil }
        return text
    }
}

/// The declarations around a place.
private struct Scopes {
    private enum Scope {
        case type(String)
        case member(String)
        case body
    }

    private var scopes: [Scope] = []
    /// The last declaration at each height.
    private var declared: [Scope?] = [nil]
    private var depth = 0

    /// Whether the place is in the body of a member.
    var isInBody: Bool { scopes.contains { if case .member = $0 { true } else { false } } }

    /// `Driver.create`
    var name: String {
        var names: [String] = []
        for scope in scopes {
            switch scope {
            case .type(let name): names.append(name)
            case .member(let name): return (names + [name]).joined(separator: ".")
            case .body: break
            }
        }
        if case .member(let name)?? = declared.last { names.append(name) }
        return names.joined(separator: ".")
    }

    mutating func pass(_ tokens: [SwiftToken], _ place: Int) {
        switch tokens[place].kind {
        case .symbol("("), .symbol("["): depth += 1
        case .symbol(")"), .symbol("]"): depth -= 1
        case .symbol("{"):
            scopes.append((declared.last ?? nil) ?? .body)
            declared.append(nil)
        case .symbol("}"):
            _ = scopes.popLast()
            if declared.count > 1 { declared.removeLast() }
            // A body ends its declaration; the next brace at this height is not one of its.
            if case .type? = declared.last ?? nil { declared[declared.count - 1] = nil }
        case .word(let word) where !isInBody && depth == 0: declare(word, tokens, place)
        case .word, .symbol, .literal: break
        }
    }

    private mutating func declare(_ word: String, _ tokens: [SwiftToken], _ place: Int) {
        let isMember = place > 0 && tokens[place - 1].symbol == "."
        guard !isMember, place + 1 < tokens.count else { return }
        let last = declared.count - 1
        switch word {
        case "struct", "enum", "class", "actor", "protocol", "extension":
            // Not `class func`, nor a constraint.
            guard var name = tokens[place + 1].word, name != "func", name != "var" else { return }
            var next = place + 2
            while next + 1 < tokens.count, tokens[next].symbol == ".", let more = tokens[next + 1].word {
                name += ".\(more)"
                next += 2
            }
            declared[last] = .type(name)
        case "func", "let", "var", "case":
            if let name = tokens[place + 1].word { declared[last] = .member(name) }
        case "init", "subscript", "deinit": declared[last] = .member(word)
        default: break
        }
    }
}

extension [LiteralPart] {
    /// The text with its expressions in braces.
    var shown: String {
        map { part in
            switch part {
            case .text(let text): text
            case .expression(let source): "{\(source)}"
            }
        }.joined()
    }

    /// Whether this is language rather than a key, a path or a name: it has words with a space between them, or is an
    /// argument where sentences are expected.
    func isProse(isSentence: Bool) -> Bool {
        let text = map { if case .text(let text) = $0 { text } else { "\u{1}" } }.joined()
        let words = text.split { $0 == " " || $0 == "\n" }
        let hasWord = words.contains { word in
            var length = 0
            for character in word {
                length = character.isLetter || character.isNumber ? length + 1 : 0
                if length == 2 { return true }
            }
            return false
        }
        guard hasWord else { return isSentence && count { if case .expression = $0 { true } else { false } } > 1 }
        return isSentence || words.count > 1 || text.hasPrefix(" ") || text.hasSuffix(" ")
    }
}
