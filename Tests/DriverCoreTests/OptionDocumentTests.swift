import TestSupport
import Testing

@testable import DriverCore

/// Compares the documents that list the options of networks and containers with the options' declarations.
@Suite("Documents that list the options")
struct OptionDocumentTests {
    private static let networkKeys = Set(NetworkOptions.Key.allCases.map(\.rawValue))
    private static let endpointKeys = Set(EndpointOptions.Key.allCases.map(\.rawValue))

    private func document(_ path: String) throws -> String {
        try readTextFile(#filePath.dropLast("Tests/DriverCoreTests/OptionDocumentTests.swift".count) + path)
    }

    /// The rows of the first table with this head, each as its cells.
    private func table(_ head: String, in page: String) throws -> [[Substring]] {
        let start = try #require(page.firstRange(of: "\n\(head)"), "no table \(head)").upperBound
        let lines = page[start...].split(separator: "\n", omittingEmptySubsequences: false).dropFirst(2)
        return lines.prefix { $0.hasPrefix("|") }.map { row in
            row.dropFirst().split(separator: "|").map { $0.trimmingPrefix(" ") }
        }
    }

    /// The name in a cell like [`parent`](#parent).
    private func name(_ cell: Substring?) -> String? {
        cell?.firstMatch(of: /`([a-z0-9_.]+)`/).map { String($0.1) }
    }

    @Test("The options page lists every option, and marks those that one container can have")
    func optionsPage() throws {
        let rows = try table("| option | values |", in: document("docs/options.md"))
        #expect(Set(rows.compactMap { name($0.first) }) == Self.networkKeys)
        #expect(rows.count == Self.networkKeys.count)
        let marked = rows.filter { $0.count == 6 && $0[4].hasPrefix("✓") }
        #expect(Set(marked.compactMap { name($0.first) }) == Self.endpointKeys)
    }

    @Test("The options page says what happens to every Docker option that an engine handles")
    func dockerOptions() throws {
        let page = try document("docs/options.md")
        let handled = DockerEngineOptions.table.filter { [$0.value.network, $0.value.endpoint].contains(.engine) }
        #expect(handled.count > 3)
        for name in handled.keys { #expect(page.contains("`\(name)`"), "\(name)") }
    }

    @Test("The README lists only options that exist")
    func readme() throws {
        let rows = try table("| option | example |", in: document("README.md"))
        #expect(rows.count > 3)
        for row in rows { #expect(Self.networkKeys.contains(try #require(name(row.first))), "\(row)") }
    }

    @Test("The manual swiftvlan-networks(7) describes every option of networks and of containers")
    func manual() throws {
        let manual = try document("man/swiftvlan-networks.7")
        let start = try #require(manual.firstRange(of: "\n.Ss Networks and single containers")).lowerBound
        let described = { (text: Substring) in
            Set(text.matches(of: /\n\.(?:It )?Cm ([a-z_.]+)(?: Ns =| ,|\n| and)/).map { String($0.1) })
        }
        let single = described(manual[start...])
        #expect(
            described(manual[...]).isSuperset(of: Self.networkKeys),
            "\(Self.networkKeys.subtracting(described(manual[...])))")
        #expect(single.isSuperset(of: Self.endpointKeys), "\(Self.endpointKeys.subtracting(single))")
    }
}
