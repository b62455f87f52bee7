import Logging

/// One setting of the daemon, declared in `SettingTable`.
package struct Setting<Value: Hashable & Sendable>: AnySetting {
    package let key: String
    let type: ValueType<Value>
    let defaultValue: Value
    package var systemdVariable: String?
    package var isReloadable = false
    package let help: String

    package var valueName: String { type.valueName }

    package var defaultText: String { "\(defaultValue)" }

    package func parse(_ raw: RawValue) throws(InvalidValue) -> any Hashable & Sendable {
        guard let value = type.parse(raw) else {
            throw InvalidValue(message: "\(key) must be \(type.requirement), not \(raw)")
        }
        return value
    }
}

/// A setting of any type.
package protocol AnySetting: Sendable {
    /// The name in the file and, after two dashes, on the command line.
    var key: String { get }
    /// The variable in which systemd passes a directory that it created for the service (systemd.exec(5)).
    var systemdVariable: String? { get }
    /// Whether a running daemon can apply a new value.
    var isReloadable: Bool { get }
    /// The purpose of the setting, in one sentence without its period.
    var help: String { get }
    /// The placeholder for a value in `--help` and in the manual.
    var valueName: String { get }
    /// The default value as text.
    var defaultText: String { get }

    /// Checks and converts a value; the error's message begins with the key.
    func parse(_ raw: RawValue) throws(InvalidValue) -> any Hashable & Sendable
}

extension AnySetting {
    /// The name in the environment.
    package var variable: String { "SWIFTVLAN_" + key.uppercased().replacing("-", with: "_") }
}

/// The type of a setting: its parser, and its description in messages and `--help`.
struct ValueType<Value: Hashable & Sendable>: Sendable {
    /// The placeholder for a value in `--help` and in the manual.
    let valueName: String
    /// The requirement for a value, as the end of "must be ...".
    let requirement: String
    let parse: @Sendable (RawValue) -> Value?
}

extension ValueType<String> {
    /// Returns the type of a path of at most `limit` bytes; the default is the kernel's own limit (path_resolution(7)).
    static func path(atMost limit: Int = 4095) -> Self {
        Self(valueName: "path", requirement: "an absolute path of at most \(limit) bytes") { raw in
            switch raw {
            // A path on the command line may be relative; the code that opens it reports any error.
            case .argument(let path): path
            case .text(let path) where path.hasPrefix("/") && !path.utf8.contains(0) && path.utf8.count <= limit: path
            case .text, .number, .other: nil
            }
        }
    }
}

extension ValueType<UInt16> {
    static let seconds = Self(
        valueName: "seconds", requirement: "a whole number of seconds from 0 to \(UInt16.max)"
    ) { raw in
        switch raw {
        case .number(let number): UInt16(exactly: number)
        case .argument(let text): UInt16(text)
        case .text, .other: nil
        }
    }
}

extension ValueType<Logger.Level> {
    static let choices = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")

    static let logLevel = Self(valueName: "level", requirement: "one of \(choices)") { raw in
        switch raw {
        case .text(let text), .argument(let text): Logger.Level(rawValue: text)
        case .number, .other: nil
        }
    }
}
