/// A value as its source contains it, not yet checked against a setting.
package enum RawValue: Sendable {
    case text(String)
    case number(Int)
    /// A word from the command line, where everything is text.
    case argument(String)
    /// A value that no setting can have, described by its type.
    case other(String)

    /// Converts an environment variable, which can hold a number or a text.
    init(variable text: String) { self = Int(text).map { .number($0) } ?? .text(text) }
}

extension RawValue: CustomStringConvertible {
    /// The value for a message, whatever its length and characters.
    package var description: String {
        switch self {
        case .text(let text), .argument(let text): quoted(text)
        case .number(let number): "\(number)"
        case .other(let noun): noun
        }
    }
}

/// Returns a text in quotation marks, cut to a readable length and without line breaks or other control characters.
func quoted(_ text: String) -> String {
    let shown = text.count > 64 ? text.prefix(64) + "…" : text[...]
    return "\"" + shown.unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : "\($0)" }.joined() + "\""
}

/// Why a setting cannot have a value.
package struct InvalidValue: Error, CustomStringConvertible {
    /// One sentence without the place of the value, which the caller adds.
    package let message: String

    package var description: String { message }
}
