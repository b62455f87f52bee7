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
        let place = try StoreFixture()
        do {
            let store = try place.open()
            let copy = store
            _ = consume store
            #expect(throws: StateStoreError.self) { try place.open() }
            _ = try copy.load()
        }
        try expect(readTextFile("\(place.state)/lock"), equals: "\(getpid())\n")
        _ = try place.open()
        try writeFile("\(place.state)/lock", Array("4194304 and more\n".utf8))
        _ = try place.open()
        try expect(readTextFile("\(place.state)/lock"), equals: "\(getpid())\n")
    }

    @Test("The store's lock is free after its process was killed")
    func killed() async throws {
        let place = try StoreFixture()
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [state = place.state as String, runtime = place.runtime as String] in
            let store = try FileStateStore.open(stateDirectory: state, runtimeDirectory: runtime)
            try store.save(RandomModels.one)
            kill(getpid(), SIGKILL)
        }
        #expect(try readTextFile("\(place.state)/lock") != "\(getpid())\n")
        try expect(place.open().load(), equals: StoredState(networks: [RandomModels.one]))
    }

    @Test(
        "The error about a held lock names no process if the lock's file has none",
        arguments: ["", "nonsense\n", "\u{0}"])
    func noProcess(text: String) throws {
        let place = try StoreFixture()
        let store = try place.open()
        try writeFile("\(place.state)/lock", Array(text.utf8))
        let sentence =
            "state directory \"\(place.state)\" is in use by another swiftvlan daemon; stop that one first"
        #expect(throws: StateStoreError(message: sentence)) { try place.open() }
        _ = try store.load()
    }

    @Test("The same directory for state and runtime is refused")
    func oneDirectory() throws {
        let place = try StoreFixture()
        let sentence =
            "state and runtime directory are both \"\(place.state)\"; choose two, the second in memory"
        #expect(throws: StateStoreError(message: sentence)) {
            _ = try FileStateStore.open(stateDirectory: place.state, runtimeDirectory: place.state)
        }
    }
}
