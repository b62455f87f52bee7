import DriverCore
import DriverTestKit
import Glibc
import TestSupport
import Testing

@testable import StateStore

@Suite("A call of the store's that fails")
struct FailingCallTests {
    private static let codes: [(name: String, code: Int32)] = [("EIO", EIO), ("ENOSPC", ENOSPC), ("EROFS", EROFS)]

    /// The seed stands in the test's name: it makes the same story again.
    @Test("is told, and nothing is changed", arguments: 0..<10 as Range<UInt64>, codes)
    func oneFails(seed: UInt64, error: (name: String, code: Int32)) throws {
        let story = Story(seed: seed)
        var random = SeededGenerator(seed: seed)
        var call = 1
        while true {
            let disk = DiskModel()
            disk.fail(call: call, code: error.code)
            guard let store = try? Story.open(disk) else {
                try expect(Story.found(on: disk.afterProcessEnd()), equals: StoredState())
                call += 1
                continue
            }
            var state = StoredState()
            for deed in story.deeds {
                let before = state
                do throws(StateStoreError) {
                    try deed.carryOut(with: store)
                    state = state.after(deed)
                } catch {
                    #expect(error.sentence.hasPrefix("cannot "))
                    #expect(error.sentence.contains("; "))
                    // A power cut may bring what the caller was told is not there, and nothing else.
                    let cut = try Story.found(on: disk.afterPowerCut(using: &random))
                    #expect(
                        [before, before.after(deed)].map(\.afterReboot).contains(cut), "call \(call), seed \(seed)")
                }
                let found = try Story.found(on: disk.afterProcessEnd())
                #expect(found == state, "after \(deed), call \(call), seed \(seed)")
            }
            guard disk.calls >= call else { break }
            try expect(store.load(), equals: state, "call \(call), seed \(seed)")
            call += 1
        }
    }

    @Test("while records are read does not lose any: the next start has them all", arguments: codes)
    func loadFails(error: (name: String, code: Int32)) throws {
        var state = StoredState()
        let disk = DiskModel()
        do {
            let store = try Story.open(disk)
            for deed in Story(seed: 3, length: 12).deeds {
                try deed.carryOut(with: store)
                state = state.after(deed)
            }
        }
        for call in 1... {
            let next = disk.afterProcessEnd()
            let store = try Story.open(next)
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

    @Test("when the directory is written to the disk has the old record put back, and a new one removed")
    func directoryNotWritten() throws {
        let disk = DiskModel()
        let store = try Story.open(disk)
        let old = RandomModels.one
        try store.save(old)
        var models = RandomModels(seed: 4)
        let new = models.network(id: old.id)
        let path = "\(Story.stateDirectory)/networks/\(old.id).json"
        let reason = "fsync: Input/output error (EIO); look for the disk in the kernel's log (dmesg)"

        // open, read; create, write, fsync, rename; fsync.
        disk.fail(call: disk.calls + 7, code: EIO)
        let replacing = "cannot write network \(old.id.short) to \"\(path)\": \(reason)"
        #expect(throws: StateStoreError(sentence: replacing)) { try store.save(new) }
        try expect(store.load(), equals: StoredState(networks: [old]))

        disk.fail(call: disk.calls + 4, code: EIO)
        let removing = "cannot remove network \(old.id.short) at \"\(path)\": \(reason)"
        #expect(throws: StateStoreError(sentence: removing)) { try store.remove(old.id) }
        try expect(store.load(), equals: StoredState(networks: [old]))

        let other = models.network(id: .first)
        disk.fail(call: disk.calls + 6, code: EIO)
        #expect(throws: StateStoreError.self) { try store.save(other) }
        try expect(store.load(), equals: StoredState(networks: [old]))
    }

    @Test("and keeps failing: it is told that the old record could not be put back")
    func restorationFails() throws {
        let disk = DiskModel()
        let store = try Story.open(disk)
        try store.save(RandomModels.one)
        var models = RandomModels(seed: 4)
        let new = models.network(id: RandomModels.one.id)
        disk.end(before: disk.calls + 7)
        let error = #expect(throws: StateStoreError.self) { try store.save(new) }
        let words =
            "for good: fsync: Input/output error (EIO); nor could what was there before be put back: openat: "
            + "Input/output error (EIO); look for the disk in the kernel's log (dmesg)"
        #expect(error?.sentence.hasSuffix(words) == true, "\(String(describing: error))")
        try expect(Story.found(on: disk.afterProcessEnd()), equals: StoredState(networks: [new]))
    }
}
