import TOMLKit

/// A file in TOML, and where in it a key is.
///
/// The library (toml++ behind TOMLKit) frees no document, which costs a file's size with each reading, at the start
/// and when the daemon is told to read it again. Between Swift and C++ it hands texts over up to their first zero byte,
/// which TOML allows in quotation marks: those are refused before.
struct TOMLDocument {
    /// Why a file is no TOML.
    struct SyntaxError: Error {
        let line: Int
        let sentence: String
    }

    private let text: String
    private let table: TOMLTable

    init(_ bytes: [UInt8]) throws(SyntaxError) {
        // What follows a zero byte the library would not see (`tableCreateFromString` takes a C string).
        if let zero = bytes.firstIndex(of: 0) {
            throw SyntaxError(line: Self.line(at: zero, in: bytes), sentence: "a zero byte is not allowed in TOML")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw SyntaxError(line: Self.lineOfInvalidBytes(in: bytes), sentence: "TOML is written in UTF-8")
        }
        if let line = Self.lineOfEscapedZero(in: text) {
            throw SyntaxError(line: line, sentence: "a zero byte is in no setting")
        }
        // Some editors begin a file with a mark that says so, which is not to stand anywhere else.
        self.text = text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
        table = try Self.parse(self.text)
    }

    /// The keys of the top level, in no order.
    var keys: [String] { table.keys }

    /// The value of a key of the top level.
    func value(of key: String) -> WrittenValue {
        guard let value = table[key] else { return .other("nothing") }
        switch value.type {
        case .string: return value.string.map { .text($0) } ?? .other("a text")
        case .int: return value.int.map { .number($0) } ?? .other("a number")
        case .double: return .other("a number with a fraction")
        case .bool: return .other("true or false")
        case .table: return .other("a table")
        case .array: return .other("a list")
        case .date, .time, .dateTime: return .other("a date or time")
        }
    }

    /// The line on which a key of the top level is first given a value.
    ///
    /// The library tells where an error is, and of what it understood it tells nothing. So it is given the document
    /// once more with the same key above it: what it then complains of is the key's second definition, which is the
    /// one in the file.
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
            throw SyntaxError(line: error.source.begin.line, sentence: "this is not TOML: \(error.description)")
        } catch {
            throw SyntaxError(line: 0, sentence: "this is not TOML: \(error)")
        }
    }

    /// A key in quotation marks (https://toml.io/en/v1.0.0#string).
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

    /// Where `\u0000` is written, be it where it means nothing: no setting has a use for it.
    private static func lineOfEscapedZero(in text: String) -> Int? {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        return lines.firstIndex { $0.contains("\\u0000") || $0.contains("\\U00000000") }.map { $0 + 1 }
    }

    private static func line(at position: Int, in bytes: [UInt8]) -> Int {
        bytes[..<position].count { $0 == UInt8(ascii: "\n") } + 1
    }

    /// No line's end is within a character, so that lines are valid one by one.
    private static func lineOfInvalidBytes(in bytes: [UInt8]) -> Int {
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        return (lines.firstIndex { String(validating: $0, as: UTF8.self) == nil } ?? 0) + 1
    }
}
