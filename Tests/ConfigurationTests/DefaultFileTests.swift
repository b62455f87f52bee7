import Glibc
import TestSupport
import Testing

@testable import Configuration

@Suite("The configuration file that is installed")
struct DefaultFileTests {
    private static let path =
        "\(#filePath.dropLast("Tests/ConfigurationTests/DefaultFileTests.swift".count))config/swiftvlan.toml"

    @Test("changes nothing as it is")
    func asItIs() throws {
        #expect(try ConfigurationFile(path: Self.path, isOptional: false).read() == SettingLayer())
    }

    @Test("has every setting, with its default, when its comments are made lines")
    func uncommented() throws {
        let lines = try readTextFile(Self.path).split(separator: "\n").filter {
            $0.hasPrefix("#") && $0.dropFirst().first != " "
        }
        let file = try WrittenFile(lines.map { $0.dropFirst() + "\n" }.joined())
        let layer = try ConfigurationFile(path: file.path, isOptional: false).read()
        #expect(Settings([layer]) == Settings())
        // Each is there, and not only nothing that differs.
        #expect(lines.map { $0.dropFirst().prefix { $0 != " " } } == SettingKey.allCases.map { $0.rawValue[...] })
    }

    @Test("marks what can be reloaded")
    func marks() throws {
        let paragraphs = try readTextFile(Self.path).replacing("\n\n", with: "\u{0}").split(separator: "\u{0}")
            .dropFirst()
        for (paragraph, key) in zip(paragraphs, SettingKey.allCases) {
            #expect(paragraph.contains("\n#\(key.rawValue) = "))
            #expect(paragraph.contains("(reload)") == key.canChange, "\(key)")
        }
        #expect(paragraphs.count == SettingKey.allCases.count)
    }
}
