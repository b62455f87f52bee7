import Testing

@Suite("Commands of the documents, as typed", .serialized, .onMachine)
struct DocumentTests {
    @Test("Commands work in namespaces of this machine", arguments: Reading.all.filter { $0.place == .host })
    func onHost(_ reading: Reading) async throws { try await Reader.follow(reading) }

    @Test("Commands work with the installed package", arguments: Reading.all.filter { $0.place == .machine })
    func onMachine(_ reading: Reading) async throws { try await Reader.follow(reading) }
}
