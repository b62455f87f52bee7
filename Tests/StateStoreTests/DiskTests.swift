import CTestSupport
import DriverCore
import DriverTestKit
import Glibc
import TestSupport
import Testing

@testable import StateStore

@Suite("Full, read-only and foreign disks", .enabled(if: geteuid() == 0, "only root may mount file systems"))
struct DiskTests {
    @Test("A save on a full disk changes nothing, and succeeds again when there is space")
    func full() throws {
        let disk = try MemoryDisk(kilobytes: 64)
        let store = try disk.open()
        let old = RandomModels.one
        try store.save(old)
        try disk.fill()

        var models = RandomModels(seed: 2)
        let (new, replacement) = (models.network(id: .first), models.network(id: .second))
        let path = "\(disk.path)/state/networks/\(NetworkID.first).json"
        let sentence =
            "cannot write network \(NetworkID.first.short) to \"\(path)\": write: No space left on device (ENOSPC); "
            + "free some space there"
        #expect(throws: StateStoreError(message: sentence)) { try store.save(new) }
        #expect(throws: StateStoreError.self) { try store.save(replacement) }
        try expect(store.load(), equals: StoredState(networks: [old]))
        try expect(namesInDirectory("\(disk.path)/state/networks"), equals: ["\(NetworkID.second).json"])

        try disk.clear()
        try store.save(new)
        try store.save(replacement)
        try expect(store.load(), equals: StoredState(networks: [new, replacement]))
    }

    @Test("A store on a full disk can start and remove records")
    func startingFull() throws {
        let disk = try MemoryDisk(kilobytes: 64)
        try disk.open().save(RandomModels.one)
        try disk.fill()
        let store = try disk.open()
        try expect(store.load(), equals: StoredState(networks: [RandomModels.one]))
        try store.remove(NetworkID.second)
        try expect(store.load(), equals: StoredState())
    }

    @Test("A save on a read-only disk changes nothing, and existing records are loaded")
    func readOnly() throws {
        let disk = try MemoryDisk(kilobytes: 64)
        let old = RandomModels.one
        var store = try disk.open()
        try store.save(old)
        try #require(try disk.setReadOnly(true))
        let path = "\(disk.path)/state/networks/\(NetworkID.second).json"
        let words =
            "Read-only file system (EROFS); remount its file system writable with `mount -o remount,rw MOUNTPOINT` "
            + "and restart swiftvlan"
        let writing = "cannot write network \(NetworkID.second.short) to \"\(path)\": openat: \(words)"
        var models = RandomModels(seed: 2)
        #expect(throws: StateStoreError(message: writing)) { try store.save(models.network(id: .second)) }
        let removing = "cannot remove network \(NetworkID.second.short) at \"\(path)\": unlinkat: \(words)"
        #expect(throws: StateStoreError(message: removing)) { try store.remove(NetworkID.second) }
        try expect(store.load(), equals: StoredState(networks: [old]))

        // A daemon that starts on such a disk serves too.
        let other = try StoreFixture()
        _ = consume store
        store = try FileStateStore.open(stateDirectory: "\(disk.path)/state", runtimeDirectory: other.runtime)
        try expect(store.load(), equals: StoredState(networks: [old]))

        try #require(try disk.setReadOnly(false))
        try store.remove(NetworkID.second)
        try expect(store.load(), equals: StoredState())
    }

    @Test("A save in another user's directory changes nothing, and the error names both users")
    func otherOwner() async throws {
        let fixture = try StoreFixture()
        let store = try fixture.open()
        let old = RandomModels.one
        try store.save(old)
        try await asNobody {
            let sentence =
                "cannot write network \(NetworkID.first.short) to \"\(fixture.path(of: .first))\": openat: Permission "
                + "denied (EACCES); \"\(fixture.state)\" belongs to user 0 and this daemon runs as user 65534; run `chown -R "
                + "65534 \"\(fixture.state)\"`"
            let new = Network(renaming: old, to: .first)
            #expect(throws: StateStoreError(message: sentence)) { try store.save(new) }
            #expect(throws: StateStoreError.self) { try store.remove(NetworkID.second) }
        }
        try expect(store.load(), equals: StoredState(networks: [old]))
    }

    @Test("A record of another user does not affect the others")
    func otherOwnersRecord() async throws {
        let fixture = try StoreFixture()
        let store = try fixture.open()
        let other = Network(renaming: RandomModels.one, to: .first)
        try store.save(RandomModels.one)
        try store.save(other)
        for path in [fixture.state, fixture.runtime, "\(fixture.state)/networks", "\(fixture.runtime)/endpoints"] {
            #expect(chmod(path, 0o755) == 0)
        }
        #expect(chmod(fixture.path(of: .first), 0o644) == 0)
        try await asNobody {
            let found = try store.load()
            #expect(found.networks == [other])
            #expect(found.unreadable.map(\.networkID) == [.second])
            let start = "record \"\(fixture.path(of: .second))\" cannot be read: openat: Permission denied (EACCES); "
            #expect(found.unreadable.first?.message.hasPrefix(start) == true)
        }
        try expect(Set(store.load().networks), equals: [other, RandomModels.one])
        #expect(fixture.setAside.isEmpty)
    }

    /// Runs the body on a thread with an unprivileged user.
    private func asNobody(_ body: @escaping @Sendable () throws -> Void) async throws {
        try await onOwnThread {
            guard set_thread_user(65534) == 0 else { throw CallError(call: "setresuid") }
            defer { _ = set_thread_user(0) }
            try body()
        }
    }
}

extension MemoryDisk {
    /// Opens a store with both directories on the disk.
    fileprivate func open() throws -> FileStateStore {
        try FileStateStore.open(stateDirectory: "\(path)/state", runtimeDirectory: "\(path)/runtime")
    }
}
