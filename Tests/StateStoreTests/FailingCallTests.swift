import DriverCore
import DriverTestKit
import Glibc
import TestSupport
import Testing

@testable import StateStore

@Suite("Failing calls of the store")
struct FailingCallTests {
    private static let codes: [(name: String, code: Int32)] = [("EIO", EIO), ("ENOSPC", ENOSPC), ("EROFS", EROFS)]

    /// The seed in the test's name reproduces the operations.
    @Test("A failing call is reported, and nothing is changed", arguments: 0..<10 as Range<UInt64>, codes)
    func oneFails(seed: UInt64, error: (name: String, code: Int32)) throws {
        let operations = StoreOperation.random(seed: seed)
        var random = SeededGenerator(seed: seed)
        var call = 1
        while true {
            let disk = DiskModel()
            disk.fail(call: call, code: error.code)
            guard let store = try? disk.openStore() else {
                try expect(disk.afterProcessEnd().storedState(), equals: StoredState())
                call += 1
                continue
            }
            var state = StoredState()
            for operation in operations {
                let before = state
                do throws(StateStoreError) {
                    try operation.carryOut(with: store)
                    state = state.after(operation)
                } catch {
                    #expect(error.message.hasPrefix("cannot "))
                    #expect(error.message.contains("; "))
                    // After a power cut, the failed operation may have happened, and nothing else.
                    let cut = try disk.afterPowerCut(using: &random).storedState()
                    #expect(
                        [before, before.after(operation)].map(\.afterReboot).contains(cut), "call \(call), seed \(seed)"
                    )
                }
                let found = try disk.afterProcessEnd().storedState()
                #expect(found == state, "after \(operation), call \(call), seed \(seed)")
            }
            guard disk.calls >= call else { break }
            try expect(store.load(), equals: state, "call \(call), seed \(seed)")
            call += 1
        }
    }

    @Test("A failing call while records are loaded loses none, and the next start has them all", arguments: codes)
    func loadFails(error: (name: String, code: Int32)) throws {
        var state = StoredState()
        let disk = DiskModel()
        do {
            let store = try disk.openStore()
            for operation in StoreOperation.random(seed: 3, count: 12) {
                try operation.carryOut(with: store)
                state = state.after(operation)
            }
        }
        for call in 1... {
            let next = disk.afterProcessEnd()
            let store = try next.openStore()
            let start = next.calls
            next.fail(call: start + call, code: error.code)
            let found = try? store.load()
            guard next.calls >= start + call else { break }
            if let found {
                let missing =
                    state.networks.count + state.endpoints.count - found.networks.count - found.endpoints.count
                #expect(missing <= found.unreadable.count)
            }
            try expect(store.load(), equals: state, "call \(call)")
        }
    }

    @Test("A failing sync of the directory puts the old record back, and removes a new one")
    func directoryNotWritten() throws {
        let disk = DiskModel()
        let store = try disk.openStore()
        let old = RandomModels.one
        try store.save(old)
        var models = RandomModels(seed: 4)
        let new = models.network(id: old.id)
        let path = "\(DiskModel.stateDirectory)/networks/\(old.id).json"
        let reason = "fsync: Input/output error (EIO); look for disk errors in the kernel's log with `dmesg`"

        // open, read; create, write, fsync, rename; fsync.
        disk.fail(call: disk.calls + 7, code: EIO)
        let replacing = "cannot write network \(old.id.short) to \"\(path)\": \(reason)"
        #expect(throws: StateStoreError(message: replacing)) { try store.save(new) }
        try expect(store.load(), equals: StoredState(networks: [old]))

        disk.fail(call: disk.calls + 4, code: EIO)
        let removing = "cannot remove network \(old.id.short) at \"\(path)\": \(reason)"
        #expect(throws: StateStoreError(message: removing)) { try store.remove(old.id) }
        try expect(store.load(), equals: StoredState(networks: [old]))

        let other = models.network(id: .first)
        disk.fail(call: disk.calls + 6, code: EIO)
        #expect(throws: StateStoreError.self) { try store.save(other) }
        try expect(store.load(), equals: StoredState(networks: [old]))
    }

    @Test("A repeatedly failing sync is reported: the old record cannot be put back")
    func restorationFails() throws {
        let disk = DiskModel()
        let store = try disk.openStore()
        try store.save(RandomModels.one)
        var models = RandomModels(seed: 4)
        let new = models.network(id: RandomModels.one.id)
        disk.end(before: disk.calls + 7)
        let error = #expect(throws: StateStoreError.self) { try store.save(new) }
        let words =
            "permanently: fsync: Input/output error (EIO); the old record cannot be restored either: openat: "
            + "Input/output error (EIO); look for disk errors in the kernel's log with `dmesg`"
        #expect(error?.message.hasSuffix(words) == true, "\(String(describing: error))")
        try expect(disk.afterProcessEnd().storedState(), equals: StoredState(networks: [new]))
    }

    @Test("An old record that cannot be read does not count as missing, and the new record stays")
    func oldRecordUnreadable() throws {
        let disk = DiskModel()
        let store = try disk.openStore()
        try store.save(RandomModels.one)
        var models = RandomModels(seed: 4)
        let new = models.network(id: RandomModels.one.id)
        // open; create, write, fsync, rename; fsync.
        disk.fail(call: disk.calls + 1, code: EIO)
        disk.fail(call: disk.calls + 6, code: EIO)
        let error = #expect(throws: StateStoreError.self) { try store.save(new) }
        #expect(error?.message.contains("the old record cannot be restored either: openat: Input/output error") == true)
        try expect(store.load(), equals: StoredState(networks: [new]))
    }
}
