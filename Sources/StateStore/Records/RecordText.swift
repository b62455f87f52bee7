import NetworkTypes

/// Parses the texts in records by the rules of their types.
enum RecordText {
    /// Parses a text; `noun` names the expected value in the error.
    static func read<Value>(_ text: String, _ noun: String, _ parse: (String) -> Value?) throws(RecordError) -> Value {
        guard let value = parse(text) else { throw .damaged("\"\(text)\" is not \(noun)") }
        return value
    }

    static func readIfPresent<Value>(
        _ text: String?, _ noun: String, _ parse: (String) -> Value?
    ) throws(RecordError) -> Value? {
        guard let text else { return nil }
        return try read(text, noun, parse)
    }

    /// Converts a number, which must fit its type.
    static func number<Number: FixedWidthInteger>(_ number: Int?, _ noun: String) throws(RecordError) -> Number? {
        guard let number else { return nil }
        guard let value = Number(exactly: number) else { throw .damaged("\(number) is not \(noun)") }
        return value
    }

    static func linkName(_ text: String) throws(RecordError) -> InterfaceName {
        try read(text, "a link's name") { InterfaceName($0) }
    }

    /// Parses a link's name or alternative name.
    static func linkOrAlternativeName(_ text: String) throws(RecordError) -> LinkName {
        try read(text, "a link's name") { LinkName($0) }
    }

    /// Parses a subnet without host bits, which is how all records contain them.
    static func network(_ text: String) throws(RecordError) -> IPPrefix {
        let prefix = try read(text, "a subnet") { IPPrefix($0) }
        guard prefix == prefix.network else { throw .damaged("\"\(text)\" is not a subnet: it has host bits") }
        return prefix
    }
}
