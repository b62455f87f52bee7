import Testing

/// What a document shows, its reader can type. Each test is for one machine of lab/.
@Suite("Commands of the documents, as typed", .serialized, .onMachine)
struct DocumentTests {
    @Test("Commands on links and networks work in namespaces of this machine", arguments: Walkthrough.all(on: .host))
    func onHost(_ walkthrough: Walkthrough) async throws { try await Reader.follow(walkthrough) }

    @Test("Commands work with the installed package", arguments: Walkthrough.all(on: .machine))
    func onMachine(_ walkthrough: Walkthrough) async throws { try await Reader.follow(walkthrough) }

    @Test("More commands work with the installed package", arguments: Walkthrough.all(on: .fullMachine))
    func onFullMachine(_ walkthrough: Walkthrough) async throws { try await Reader.follow(walkthrough) }

    @Test("Commands that install and remove swiftvlan work", arguments: Walkthrough.all(on: .package))
    func onBareMachine(_ walkthrough: Walkthrough) async throws { try await Reader.follow(walkthrough) }

    @Test("Commands that install the managed plugin work", arguments: Walkthrough.all(on: .plugin))
    func onMachineWithPlugin(_ walkthrough: Walkthrough) async throws { try await Reader.follow(walkthrough) }
}
