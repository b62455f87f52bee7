import Logging

/// A value as it was written, before anybody has asked whether it fits.
enum WrittenValue: Hashable, Sendable {
    case text(String)
    case number(Int)
    /// What fits nowhere, by what it is.
    case other(String)

    /// A value of the environment, where everything is text.
    init(variable text: String) {
        self = Int(text).map { .number($0) } ?? .text(text)
    }

    private func unfit(_ key: SettingKey, _ wanted: String) -> UnfitValue {
        UnfitValue(sentence: "\(key.rawValue) is \(wanted), not \(self)")
    }

    /// A path, of so many bytes at most (the kernel's own limit is that of path_resolution(7)).
    func path(of key: SettingKey, atMost limit: Int = 4095) throws(UnfitValue) -> String {
        guard case .text(let text) = self, text.hasPrefix("/"), !text.utf8.contains(0) else {
            throw unfit(key, "an absolute path")
        }
        guard text.utf8.count <= limit else { throw unfit(key, "a path of \(limit) bytes at most") }
        return text
    }

    func logLevel(of key: SettingKey) throws(UnfitValue) -> Logger.Level {
        guard case .text(let text) = self, let level = Logger.Level(rawValue: text) else {
            throw unfit(key, "one of " + Logger.Level.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return level
    }

    func seconds(of key: SettingKey) throws(UnfitValue) -> UInt16 {
        guard case .number(let number) = self, let seconds = UInt16(exactly: number) else {
            throw unfit(key, "a whole number of seconds from 0 to \(UInt16.max)")
        }
        return seconds
    }
}

extension WrittenValue: CustomStringConvertible {
    /// The value as a sentence can hold it, however long and strange it is.
    var description: String {
        switch self {
        case .text(let text): quoted(text)
        case .number(let number): "\(number)"
        case .other(let noun): noun
        }
    }
}

/// A text in quotation marks, without what would break the line, and not longer than anybody reads.
func quoted(_ text: String) -> String {
    let shown = text.count > 64 ? text.prefix(64) + "…" : text[...]
    return "\"" + shown.unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : "\($0)" }.joined() + "\""
}
