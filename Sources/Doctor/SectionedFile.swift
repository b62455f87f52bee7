/// The settings of a file with sections, such as those of systemd and NetworkManager.
struct SectionedFile {
    struct Setting {
        var section: String
        var key: String
        var value: String
    }

    /// All settings, in the order of the file; a key may occur several times.
    let settings: [Setting]

    init(_ text: String) {
        var section = ""
        var settings: [Setting] = []
        for line in text.split(whereSeparator: \.isNewline).map({ Self.trimmed($0) }) {
            if line.hasPrefix("["), line.hasSuffix("]") {
                section = String(line.dropFirst().dropLast())
            } else if !line.hasPrefix("#"), !line.hasPrefix(";"), let equals = line.firstIndex(of: "=") {
                let key = Self.trimmed(line[..<equals])
                settings.append(
                    Setting(section: section, key: key, value: Self.trimmed(line[line.index(after: equals)...])))
            }
        }
        self.settings = settings
    }

    /// Returns the words of all settings with this key; nil if there is none.
    func words(_ section: String, _ key: String) -> [String]? {
        let values = settings.filter { $0.section == section && $0.key == key }.map(\.value)
        guard !values.isEmpty else { return nil }
        return values.flatMap { $0.split(whereSeparator: \.isWhitespace).map(String.init) }
    }

    /// Returns the keys of a section.
    func keys(_ section: String) -> Set<String> { Set(settings.filter { $0.section == section }.map(\.key)) }

    /// Whether a value means yes, in systemd and NetworkManager.
    static func isTrue(_ value: String) -> Bool { ["1", "yes", "y", "true", "t", "on"].contains(value.lowercased()) }

    private static func trimmed(_ text: some StringProtocol) -> String {
        var text = Substring(text)
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
