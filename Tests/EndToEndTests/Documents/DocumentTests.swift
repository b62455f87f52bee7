import Testing

/// What a document shows, its reader can type. Each test is for one machine of lab/.
@Suite("Commands of the documents, as typed", .serialized, .onMachine)
struct DocumentTests {
    @Test("Commands on links and networks work in namespaces of this machine", arguments: Reading.all(on: .host))
    func onHost(_ reading: Reading) async throws { try await Reader.follow(reading) }

    @Test("Commands work with the installed package", arguments: Reading.all(on: .machine))
    func onMachine(_ reading: Reading) async throws { try await Reader.follow(reading) }

    @Test("More commands work with the installed package", arguments: Reading.all(on: .fullMachine))
    func onFullMachine(_ reading: Reading) async throws { try await Reader.follow(reading) }

    @Test("Commands that install and remove swiftvlan work", arguments: Reading.all(on: .package))
    func onBareMachine(_ reading: Reading) async throws { try await Reader.follow(reading) }

    @Test("Commands that install the managed plugin work", arguments: Reading.all(on: .plugin))
    func onMachineWithPlugin(_ reading: Reading) async throws { try await Reader.follow(reading) }
}
