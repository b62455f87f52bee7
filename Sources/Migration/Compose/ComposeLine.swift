/// A line of a Compose file, read as far as the top-level block `networks:` needs.
struct ComposeLine {
    /// Counted from one.
    let number: Int
    /// Without the line break.
    let bytes: [UInt8]

    /// A scalar after a key, and where it is in the line.
    struct Value {
        var text: String
        var range: Range<Int>
    }

    init(_ bytes: some Sequence<UInt8>, number: Int) {
        self.bytes = Array(bytes)
        self.number = number
    }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    var indent: Int { bytes.prefix { $0 == UInt8(ascii: " ") }.count }

    /// The content without indentation, and without the carriage return of files from Windows.
    var content: ArraySlice<UInt8> {
        var content = bytes.dropFirst(indent)
        while let last = content.last, last == UInt8(ascii: " ") || last == UInt8(ascii: "\r") { content.removeLast() }
        return content
    }

    var isBlankOrComment: Bool { content.isEmpty || content.first == UInt8(ascii: "#") }

    var isSequenceItem: Bool { content.starts(with: "- ".utf8) || content.elementsEqual("-".utf8) }

    /// Whether a tab indents the line, which YAML forbids.
    var hasTab: Bool { content.first == UInt8(ascii: "\t") }

    /// The key of `key: value`, without quotes; nil for any other line.
    var key: String? { keyRange.map { unquoted(bytes[$0]) } }

    /// The value of `key: value`; nil if there is none, as before a nested block.
    var value: Value? {
        guard let keyRange else { return nil }
        // The key is followed by optional spaces, and a colon.
        guard let colon = bytes[keyRange.upperBound...].firstIndex(of: UInt8(ascii: ":")) else { return nil }
        guard let start = bytes[(colon + 1)...].firstIndex(where: { $0 != UInt8(ascii: " ") }),
            start < content.endIndex,
            bytes[start] != UInt8(ascii: "#")
        else { return nil }
        let range = start..<scalarEnd(from: start)
        return Value(text: unquoted(bytes[range]), range: range)
    }

    /// Returns the line with another value or key in the given place.
    func replacing(_ range: Range<Int>, with text: String) -> [UInt8] {
        Array(bytes[..<range.lowerBound]) + Array(text.utf8) + Array(bytes[range.upperBound...])
    }

    /// Where the key is in the line.
    var keyRange: Range<Int>? {
        let content = content
        guard let first = content.first, first != UInt8(ascii: "#"), !isSequenceItem else { return nil }
        let end: Int
        if first == UInt8(ascii: "\"") || first == UInt8(ascii: "'") {
            guard let quote = content.dropFirst().firstIndex(of: first) else { return nil }
            end = quote + 1
        } else {
            guard let colon = content.indices.first(where: { isColon(at: $0) }) else { return nil }
            end = colon
        }
        guard let colon = content[end...].firstIndex(where: { $0 != UInt8(ascii: " ") }), isColon(at: colon) else {
            return nil
        }
        return content.startIndex..<end
    }

    /// A colon separates key and value only before a space or the end of the line.
    private func isColon(at index: Int) -> Bool {
        bytes[index] == UInt8(ascii: ":")
            && (index + 1 >= content.endIndex || bytes[index + 1] == UInt8(ascii: " ")
                || bytes[index + 1] == UInt8(ascii: "\t"))
    }

    /// Returns where a scalar ends: at its quote, at a comment, or at the end of the line.
    private func scalarEnd(from start: Int) -> Int {
        let quote = bytes[start]
        if quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'"),
            let end = bytes[(start + 1)...].firstIndex(of: quote)
        {
            return end + 1
        }
        var end = content.endIndex
        for index in (start + 1)..<max(start + 1, end)
        where bytes[index] == UInt8(ascii: "#") && bytes[index - 1] == UInt8(ascii: " ") {
            end = index
            break
        }
        while end > start + 1, bytes[end - 1] == UInt8(ascii: " ") { end -= 1 }
        return end
    }

    private func unquoted(_ text: ArraySlice<UInt8>) -> String {
        guard let first = text.first, first == UInt8(ascii: "\"") || first == UInt8(ascii: "'"), text.count > 1 else {
            return String(decoding: text, as: UTF8.self)
        }
        return String(decoding: text.dropFirst().dropLast(), as: UTF8.self)
    }
}
