import TOMLKit

/// A TOML document that knows the lines of its keys.
///
/// The library (toml++ behind TOMLKit) never frees a document: each start and each reload leaks the size of the file.
/// It passes strings between Swift and C++ as C strings, so a zero byte would cut them off. TOML allows zero bytes in
/// quotation marks; this type rejects them.
struct TOMLDocument {
    /// Why a file is not TOML.
    struct SyntaxError: Error {
        let line: Int
        let message: String
    }

    private let text: String
    private let table: TOMLTable

    init(_ bytes: [UInt8]) throws(SyntaxError) {
        // The library would ignore the rest (`tableCreateFromString` takes a C string).
        if let zero = bytes.firstIndex(of: 0) {
            throw SyntaxError(line: Self.line(at: zero, in: bytes), message: "TOML does not allow a zero byte")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw SyntaxError(line: Self.lineOfInvalidBytes(in: bytes), message: "not valid UTF-8")
        }
        if let line = Self.lineOfEscapedZero(in: text) {
            throw SyntaxError(line: line, message: "no setting may contain a zero byte")
        }
        // Some editors write a byte order mark, which is allowed at the start only.
        self.text = text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
        table = try Self.parse(self.text)
    }

    /// The top-level keys, in no particular order.
    var keys: [String] { table.keys }

    /// Returns the value of a top-level key.
    func value(of key: String) -> RawValue {
        guard let value = table[key] else { return .other("nothing") }
        switch value.type {
        case .string: return value.string.map { .text($0) } ?? .other("a string")
        case .int: return value.int.map { .number($0) } ?? .other("a number")
        case .double: return .other("a number with a fraction")
        case .bool: return .other("true or false")
        case .table: return .other("a table")
        case .array: return .other("a list")
        case .date, .time, .dateTime: return .other("a date or time")
        }
    }

    /// Returns the line on which a top-level key first gets a value.
    ///
    /// The library gives positions only for errors. So this parses the document again with the same key above it: the
    /// error is then about the second definition of the key, the one in the file.
    func line(of key: String) -> Int? {
        do throws(SyntaxError) {
            _ = try Self.parse("\(Self.basicString(key)) = 0\n" + text)
            return nil
        } catch {
            return error.line - 1
        }
    }

    private static func parse(_ text: String) throws(SyntaxError) -> TOMLTable {
        do {
            return try TOMLTable(string: text)
        } catch let error as TOMLParseError {
            throw SyntaxError(line: error.source.begin.line, message: "not valid TOML: \(error.description)")
        } catch {
            throw SyntaxError(line: 0, message: "not valid TOML: \(error)")
        }
    }

    /// Returns a quoted key (https://toml.io/en/v1.0.0#string).
    private static func basicString(_ text: String) -> String {
        let escaped = text.unicodeScalars.map { scalar in
            switch scalar {
            case "\"": "\\\""
            case "\\": "\\\\"
            case _ where scalar.properties.generalCategory == .control:
                "\\u" + String(repeating: "0", count: scalar.value < 16 ? 3 : 2) + String(scalar.value, radix: 16)
            default: "\(scalar)"
            }
        }
        return "\"" + escaped.joined() + "\""
    }

    /// Returns the first line with `\u0000`, even in a comment: no setting needs it.
    private static func lineOfEscapedZero(in text: String) -> Int? {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        return lines.firstIndex { $0.contains("\\u0000") || $0.contains("\\U00000000") }.map { $0 + 1 }
    }

    private static func line(at position: Int, in bytes: [UInt8]) -> Int {
        bytes[..<position].count { $0 == UInt8(ascii: "\n") } + 1
    }

    /// Returns the first line that is not UTF-8. A line feed is never part of another character, so each line can be
    /// checked alone.
    private static func lineOfInvalidBytes(in bytes: [UInt8]) -> Int {
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        return (lines.firstIndex { String(validating: $0, as: UTF8.self) == nil } ?? 0) + 1
    }
}
