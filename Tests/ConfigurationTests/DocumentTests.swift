import TestSupport
import Testing

@testable import Configuration

/// Each document must list every setting with the help text and default of its declaration.
@Suite("Documents that list the settings")
struct DocumentTests {
    private func document(_ path: String) throws -> String {
        try readTextFile(#filePath.dropLast("Tests/ConfigurationTests/DocumentTests.swift".count) + path)
    }

    /// Returns the text of a manual's list item without macros and line breaks.
    private func item(_ head: String, in manual: String) throws -> String {
        let start = try #require(manual.firstRange(of: "\n.It \(head)\n"), "no \(head)").upperBound
        let lines = manual[start...].split(separator: "\n").prefix { !$0.hasPrefix(".It") && !$0.hasPrefix(".El") }
        return lines.filter { !$0.hasPrefix(".") }.joined(separator: " ")
    }

    @Test("The installed file, unedited, changes no setting")
    func installedFile() throws {
        let file = try ConfigurationFileFixture(document("config/swiftvlan.toml"))
        #expect(try ConfigurationFile(path: file.path, isOptional: false).read().isEmpty)
    }

    @Test("The installed file describes every setting and has its default as a comment")
    func commentedFile() throws {
        let paragraphs = try document("config/swiftvlan.toml").split(separator: "\n\n").dropFirst()
        #expect(paragraphs.count == SettingTable.all.count)
        for (paragraph, setting) in zip(paragraphs, SettingTable.all) {
            let lines = paragraph.split(separator: "\n")
            let comment = lines.dropLast().map { $0.dropFirst(2) }.joined(separator: " ")
            #expect(comment.hasPrefix("\(setting.help). "))
            #expect(comment.hasSuffix(" (reload)") == setting.isReloadable, "\(setting.key)")
            let file = try ConfigurationFileFixture(String(lines.last?.dropFirst() ?? ""))
            let values = try ConfigurationFile(path: file.path, isOptional: false).read()
            #expect(values.mapValues { "\($0)" } == [setting.key: setting.defaultText])
        }
    }

    @Test("The daemon's manual describes every setting", arguments: SettingTable.all)
    func manual(_ setting: any AnySetting) throws {
        let manual = try document("man/swiftvlan.8")
        #expect(manual.contains("\n.Op Fl -\(setting.key) Ar \(setting.valueName)\n"))
        let option = try item("Fl -\(setting.key) Ar \(setting.valueName)", in: manual)
        #expect(option == "\(setting.help). Default: \(setting.defaultText).")
        // DaemonTests compare its list of variables with those that the program reads.
    }

    @Test("The file's manual describes every setting", arguments: SettingTable.all)
    func fileManual(_ setting: any AnySetting) throws {
        let value = setting.defaultText.allSatisfy(\.isNumber) ? "Ar" : "Qq Ar"
        let manual = try document("man/swiftvlan.toml.5")
        let text = try item("Cm \(setting.key) No = \(value) \(setting.valueName)", in: manual)
        #expect(text.hasPrefix("\(setting.help). Default: \(setting.defaultText)."))
        #expect(text.hasSuffix(" (reload)") == setting.isReloadable)
    }

    @Test("The installation page lists every setting", arguments: SettingTable.all)
    func installationPage(_ setting: any AnySetting) throws {
        let page = try document("docs/install.md")
        let rows = page.split(separator: "\n").filter { $0.hasPrefix("| `\(setting.key)` |") }
        let row = try #require(rows.first)
        #expect(row.contains("| `\(setting.defaultText)`"))
        #expect(row.contains("| `\(setting.variable)`"))
        #expect(setting.systemdVariable.map { row.contains(", else `\($0)` |") } != false)
        #expect(row.hasSuffix(setting.isReloadable ? "| yes |" : "| no |"))
    }

    @Test("The managed plugin offers every reloadable setting", arguments: SettingTable.all.filter(\.isReloadable))
    func plugin(_ setting: any AnySetting) throws {
        let spec = try document("plugin-spec/config.json")
        #expect(
            spec.contains(
                """
                      "name": "\(setting.variable)",
                      "description": "\(setting.help).",
                      "settable": ["value"],
                      "value": "\(setting.defaultText)"
                """))
    }
}
