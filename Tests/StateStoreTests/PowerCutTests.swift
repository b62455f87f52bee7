import DriverCore
import Glibc
import TestSupport
import Testing

@testable import StateStore

@Suite("Power cuts")
struct PowerCutTests {
    private static let cutsEach = 4

    /// The seed in the test's name reproduces the operations and the power cuts.
    @Test(
        "A power cut keeps every answered change, and an unanswered one is complete or absent",
        arguments: 0..<25 as Range<UInt64>)
    func powerCut(seed: UInt64) throws {
        let operations = StoreOperation.random(seed: seed)
        var random = SeededGenerator(seed: seed)
        for call in 1...callsOfAll(operations) + 1 {
            let (disk, answered, underWay) = run(operations, until: call)
            let allowed = [answered, answered.after(underWay)].map(\.afterReboot)
            for _ in 0..<Self.cutsEach {
                let found = try disk.afterPowerCut(using: &random).storedState()
                #expect(allowed.contains(found), "before call \(call), seed \(seed)")
            }
        }
    }

    @Test(
        "A power cut loses records of a store that does not sync",
        arguments: [DiskModel.OmittedSync.writingFiles, .writingDirectories])
    func withoutSync(omitted: DiskModel.OmittedSync) throws {
        // The last operation of some seeds leaves nothing to sync.
        let isRevealed = (0..<8 as Range<UInt64>).contains { seed in
            var random = SeededGenerator(seed: seed)
            let (disk, answered, _) = run(StoreOperation.random(seed: seed), until: .max, omitted)
            return (0..<50).contains { _ in
                (try? disk.afterPowerCut(using: &random).storedState()) != answered.afterReboot
            }
        }
        #expect(isRevealed)
    }

    @Test("A power cut after a kill keeps every change answered since", arguments: 0..<25 as Range<UInt64>)
    func killed(seed: UInt64) throws {
        let operations = StoreOperation.random(seed: seed)
        var random = SeededGenerator(seed: seed)
        for call in 1...callsOfAll(operations) + 1 {
            let (disk, answered, underWay) = run(operations, until: call)
            let next = disk.afterProcessEnd()
            let served = try next.storedState()
            #expect([answered, answered.after(underWay)].contains(served), "before call \(call), seed \(seed)")
            for _ in 0..<Self.cutsEach {
                let found = try next.afterPowerCut(using: &random).storedState()
                #expect(found == served.afterReboot, "before call \(call), seed \(seed)")
            }
        }
    }

    @Test("A power cut while a damaged record is set aside loses no bytes", arguments: 0..<25 as Range<UInt64>)
    func settingAside(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var call = 1
        while true {
            let disk = DiskModel()
            do {
                let store = try disk.openStore()
                try store.save(RandomModels.one)
                try overwrite("\(RandomModels.one.id).json", in: store.networks)
            }
            let start = disk.calls
            disk.end(before: start + call)
            _ = try? disk.storedState()
            let left = disk.afterPowerCut(using: &random)
            let places = [("networks", ".json"), ("set-aside", ".json.1")].filter { directory, suffix in
                let path = "\(DiskModel.stateDirectory)/\(directory)"
                guard let home = try? left.openDirectory(at: path),
                    let file = try? left.openFile("\(RandomModels.one.id)\(suffix)", in: home, for: .reading)
                else { return false }
                return (try? left.read(from: file, atMost: 100)) == Array("{".utf8)
            }
            #expect(!places.isEmpty, "before call \(call), seed \(seed)")
            guard disk.hasEnded else { break }
            call += 1
        }
    }

    private func overwrite(_ name: String, in directory: RecordDirectory) throws {
        let files = directory.directory.files
        let file = try files.openFile(name, in: directory.directory.descriptor, for: .overwriting)
        defer { files.close(file) }
        try files.write(Array("{".utf8), to: file)
        try files.synchronize(file)
    }

    /// Returns the number of calls when none fails.
    private func callsOfAll(_ operations: [StoreOperation]) -> Int { run(operations, until: .max).disk.calls }

    /// Returns the disk after operations that end before a call, the answered state, and the unanswered operation if
    /// there is one.
    private func run(
        _ operations: [StoreOperation], until call: Int, _ omitted: DiskModel.OmittedSync? = nil
    ) -> (disk: DiskModel, answered: StoredState, underWay: StoreOperation) {
        let disk = DiskModel()
        if let omitted { disk.omit(omitted) }
        disk.end(before: call)
        var answered = StoredState()
        guard let store = try? disk.openStore() else { return (disk, answered, .removeEndpoint(.none)) }
        for operation in operations {
            guard (try? operation.carryOut(with: store)) != nil, !disk.hasEnded else {
                return (disk, answered, operation)
            }
            answered = answered.after(operation)
        }
        return (disk, answered, .removeEndpoint(.none))
    }
}

extension EndpointID {
    /// An identifier that no record has.
    fileprivate static let none = EndpointID(unchecked: "none")
}
