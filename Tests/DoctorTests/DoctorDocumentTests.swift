import TestSupport
import Testing

@testable import Doctor

struct DoctorDocumentTests {
    private static let root = String(#filePath.dropLast("Tests/DoctorTests/DoctorDocumentTests.swift".count))

    @Test("The page about doctor describes every check, and no other.")
    func names() throws {
        let page = try readTextFile("\(Self.root)docs/doctor.md")
        var described: [String] = []
        var isInTable = false
        for line in page.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("| check |") { isInTable = true }
            if !line.hasPrefix("|") { isInTable = false }
            guard isInTable, let cell = line.split(separator: "|").first else { continue }
            described += cell.matches(of: /`([a-z0-9-]+)`/).map { String($0.1) }
        }
        #expect(described.sorted() == CheckList.all.map(\.name).sorted())
    }
}
