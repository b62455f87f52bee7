import Foundation
import Testing

/// Needs no machine.
@Suite("References of the documents")
struct DocumentReferenceTests {
    private static let checkout = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// Every Markdown page of the checkout.
    private func pages() throws -> [String] {
        let others = ["CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "lab/README.md"]
        return try DocumentPage.all().map(\.path) + others
    }

    /// The anchors of a page's headings, as GitHub derives them.
    private func anchors(_ page: String) throws -> Set<String> {
        let headings = try checkoutFile(page).split(separator: "\n").filter { $0.hasPrefix("#") }
        return Set(
            headings.map { heading in
                let text = heading.drop { $0 == "#" }.trimmingCharacters(in: .whitespaces).lowercased()
                return text.filter { $0.isLetter || $0.isNumber || " -_".contains($0) }.replacing(" ", with: "-")
            })
    }

    @Test("Every link of the documents leads to a file and a heading that exist")
    func links() throws {
        var count = 0
        for page in try pages() {
            for match in try checkoutFile(page).matches(of: #/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/#) {
                let url = Self.checkout.appending(path: page).deletingLastPathComponent().appending(path: match.1)
                let target =
                    match.1.isEmpty ? page : String(url.standardized.path().dropFirst(Self.checkout.path().count))
                count += 1
                let exists = FileManager.default.fileExists(atPath: Self.checkout.appending(path: target).path())
                #expect(exists, "\(page): \(match.0)")
                guard exists, let anchor = match.2 else { continue }
                #expect(try anchors(target).contains(String(anchor)), "\(page): \(match.0)")
            }
        }
        #expect(count > 50)
    }

    /// The names of the functions and nested types in the files that declare or extend each type of the tests.
    private func declarations() throws -> [String: Set<String>] {
        var found: [String: Set<String>] = [:]
        for path in try FileManager.default.subpathsOfDirectory(atPath: Self.checkout.appending(path: "Tests").path())
        where path.hasSuffix(".swift") {
            let source = try checkoutFile("Tests/\(path)")
            let members = source.matches(of: #/(?:func|struct|enum|class) (\w+)/#).map { String($0.1) }
            for type in source.matches(of: #/(?:struct|class|enum|extension) (\w+Tests)\b/#) {
                found[String(type.1), default: []].formUnion(members)
            }
        }
        return found
    }

    @Test("Every suite of the end-to-end tests is named by the script that runs them, or needs no machine")
    func suites() throws {
        let scripts = try ["end-to-end", "test"].map { try checkoutFile("lab/\($0)") }.joined()
        let folder = Self.checkout.appending(path: "Tests/EndToEndTests").path()
        var count = 0
        for path in try FileManager.default.subpathsOfDirectory(atPath: folder) where path.hasSuffix("Tests.swift") {
            for suite in try checkoutFile("Tests/EndToEndTests/\(path)").matches(of: #/(?m)^struct (\w+Tests)\b/#) {
                count += 1
                #expect(scripts.contains(suite.1), "\(suite.1)")
            }
        }
        #expect(count > 20)
    }

    @Test("Every test that a document names exists")
    func tests() throws {
        let known = try declarations()
        var count = 0
        for page in try pages() {
            for line in try checkoutFile(page).split(separator: "\n") {
                var suite = ""
                for span in line.matches(of: #/`(\w+Tests)?(?:\.(\w+))?`/#) where span.1 != nil || span.2 != nil {
                    if let name = span.1 { suite = String(name) }
                    guard suite != "" else { continue }
                    count += 1
                    let isTarget = FileManager.default.fileExists(
                        atPath: Self.checkout.appending(path: "Tests/\(suite)").path())
                    #expect(known[suite] != nil || isTarget, "\(page): \(span.0)")
                    guard let member = span.2, member != "swift", let members = known[suite] else { continue }
                    #expect(members.contains(String(member)), "\(page): \(suite).\(member)")
                }
            }
        }
        #expect(count > 100)
    }
}
