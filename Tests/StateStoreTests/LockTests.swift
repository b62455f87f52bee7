import DriverCore
import Glibc
import TestSupport
import Testing

@testable import StateStore

@Suite("The store's lock")
struct LockTests {
    @Test("The store's lock admits one daemon, and the second one's error names it", arguments: ["state", "runtime"])
    func twoDaemons(directory: String) throws {
        let (first, second) = (try StoreFixture(), try StoreFixture())
        let store = try first.open()
        let state = directory == "state" ? first.state : second.state
        let runtime = directory == "runtime" ? first.runtime : second.runtime
        let path = directory == "state" ? state : runtime
        let sentence =
            "\(directory) directory \"\(path)\" is in use by another swiftvlan daemon (process \(getpid())); stop that "
            + "one first"
        #expect(throws: StateStoreError(message: sentence)) {
            _ = try FileStateStore.open(stateDirectory: state, runtimeDirectory: runtime)
        }
        try store.save(RandomModels.one)
        try expect(store.load().networks, equals: [RandomModels.one])
    }

    @Test("The store's lock is free when the store is closed, although its file stays")
    func release() throws {
        let fixture = try StoreFixture()
        do {
            let store = try fixture.open()
            let copy = store
            _ = consume store
            #expect(throws: StateStoreError.self) { try fixture.open() }
            _ = try copy.load()
        }
        try expect(readTextFile("\(fixture.state)/lock"), equals: "\(getpid())\n")
        _ = try fixture.open()
        try writeFile("\(fixture.state)/lock", Array("4194304 and more\n".utf8))
        _ = try fixture.open()
        try expect(readTextFile("\(fixture.state)/lock"), equals: "\(getpid())\n")
    }

    @Test("The store's lock is free after its process was killed")
    func killed() async throws {
        let fixture = try StoreFixture()
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [state = fixture.state as String, runtime = fixture.runtime as String] in
            let store = try FileStateStore.open(stateDirectory: state, runtimeDirectory: runtime)
            try store.save(RandomModels.one)
            kill(getpid(), SIGKILL)
        }
        #expect(try readTextFile("\(fixture.state)/lock") != "\(getpid())\n")
        try expect(fixture.open().load(), equals: StoredState(networks: [RandomModels.one]))
    }

    @Test(
        "The error about a held lock names no process if the lock's file has none",
        arguments: ["", "nonsense\n", "\u{0}"])
    func noProcess(text: String) throws {
        let fixture = try StoreFixture()
        let store = try fixture.open()
        try writeFile("\(fixture.state)/lock", Array(text.utf8))
        let sentence =
            "state directory \"\(fixture.state)\" is in use by another swiftvlan daemon; stop that one first"
        #expect(throws: StateStoreError(message: sentence)) { try fixture.open() }
        _ = try store.load()
    }

    @Test("The same directory for state and runtime is refused")
    func oneDirectory() throws {
        let fixture = try StoreFixture()
        let sentence =
            "state and runtime directory are both \"\(fixture.state)\"; choose two, the second in memory, "
            + "such as under /run"
        #expect(throws: StateStoreError(message: sentence)) {
            _ = try FileStateStore.open(stateDirectory: fixture.state, runtimeDirectory: fixture.state)
        }
    }
}
