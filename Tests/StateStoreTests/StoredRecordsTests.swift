import CTestSupport
import DriverCore
import DriverTestKit
import Glibc
import TestSupport
import Testing

@testable import StateStore

@Suite("Records that are only read")
struct StoredRecordsTests {
    private static func read(_ fixture: StoreFixture) throws -> StoredState {
        try StoredRecords.read(stateDirectory: fixture.state, runtimeDirectory: fixture.runtime)
    }

    @Test("They are the same as those of a store, also while that is open and has locked them")
    func same() throws {
        let fixture = try StoreFixture(inMemory: true)
        let store = try fixture.open()
        for network in Samples.networks.values { try store.save(network) }
        for endpoint in Samples.endpoints.values { try store.save(endpoint) }
        let loaded = try store.load()
        let read = try Self.read(fixture)
        #expect(Set(read.networks) == Set(loaded.networks) && !read.networks.isEmpty)
        #expect(Set(read.endpoints) == Set(loaded.endpoints) && !read.endpoints.isEmpty)
        #expect(read.unreadable.isEmpty)
    }

    @Test("Damaged and half-written files stay where they are, and no file is added")
    func untouched() throws {
        let fixture = try StoreFixture(inMemory: true)
        do { try fixture.open().save(RandomModels.one) }
        try fixture.put("junk", for: .first)
        try writeFile(fixture.path(of: .second) + ".new", Array("half".utf8))
        let names = try fixture.names.sorted()
        let read = try Self.read(fixture)
        #expect(read.networks == [RandomModels.one])
        #expect(read.unreadable.map(\.networkID) == [.first])
        #expect(
            read.unreadable.first?.message
                == "record \"\(fixture.path(of: .first))\" is damaged: it is not JSON; swiftvlan sets it aside when it "
                + "starts: remove the network with `docker network rm` and create it again")
        #expect(try fixture.names.sorted() == names)
        #expect(fixture.setAside.isEmpty)
        #expect(try readTextFile(fixture.path(of: .first)) == "junk")
    }

    @Test("There are none before the first start of a daemon, and no directory is created")
    func none() throws {
        let directory = try TemporaryDirectory(in: "/dev/shm")
        let read = try StoredRecords.read(
            stateDirectory: directory.file("state"), runtimeDirectory: directory.file("run"))
        #expect(read == StoredState())
        #expect(access(directory.file("state"), F_OK) != 0)
    }

    @Test("A user who may not read them gets an error that says to be root")
    func notPermitted() async throws {
        let fixture = try StoreFixture()
        _ = try fixture.open()
        try await onOwnThread {
            guard set_thread_user(65534) == 0 else { throw CallError(call: "setresuid") }
            defer { _ = set_thread_user(0) }
            let message =
                "cannot read \"\(fixture.state)/networks\": open: Permission denied (EACCES); run the command as root"
            #expect(throws: StateStoreError(message: message)) { try Self.read(fixture) }
        }
    }
}
