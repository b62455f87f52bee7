import TestSupport
import Testing

@testable import Doctor

struct DoctorDocumentTests {
    private static let root = String(#filePath.dropLast("Tests/DoctorTests/DoctorDocumentTests.swift".count))

    @Test("The page about doctor describes every check, and no other.")
    func names() throws {
        let page = try readTextFile("\(Self.root)docs/doctor.md")
        let described = page.matches(of: /\n### ([a-z0-9-]+)\n/).map { String($0.1) }
        #expect(described.sorted() == CheckList.all.map(\.name).sorted())
    }
}
