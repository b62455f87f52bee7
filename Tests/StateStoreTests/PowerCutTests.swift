import DriverCore
import Glibc
import TestSupport
import Testing

@testable import StateStore

@Suite("A store whose daemon ends anywhere")
struct PowerCutTests {
    private static let cutsEach = 4

    /// The seed stands in the test's name: it makes the same story and the same cuts again.
    @Test("by a power cut: what was answered is there, and the rest is old or new", arguments: 0..<25 as Range<UInt64>)
    func powerCut(seed: UInt64) throws {
        let story = Story(seed: seed)
        var random = SeededGenerator(seed: seed)
        for call in 1...callsOfAll(story) + 1 {
            let (disk, answered, underWay) = lived(story, until: call)
            let allowed = [answered, answered.after(underWay)].map(\.afterReboot)
            for _ in 0..<Self.cutsEach {
                let found = try Story.found(on: disk.afterPowerCut(using: &random))
                #expect(allowed.contains(found), "before call \(call), seed \(seed)")
            }
        }
    }

    @Test(
        "by a power cut is told from one that does not write to the disk",
        arguments: [DiskModel.Pretence.writingFiles, .writingDirectories])
    func pretended(pretence: DiskModel.Pretence) throws {
        var random = SeededGenerator(seed: 0)
        let (disk, answered, _) = lived(Story(seed: 0), until: .max, pretence)
        let found = (0..<50).map { _ in try? Story.found(on: disk.afterPowerCut(using: &random)) }
        #expect(found.contains { $0 != answered.afterReboot })
    }

    @Test("by being killed, and then a power cut: what was served since is there", arguments: 0..<25 as Range<UInt64>)
    func killed(seed: UInt64) throws {
        let story = Story(seed: seed)
        var random = SeededGenerator(seed: seed)
        for call in 1...callsOfAll(story) + 1 {
            let (disk, answered, underWay) = lived(story, until: call)
            let next = disk.afterProcessEnd()
            let served = try Story.found(on: next)
            #expect([answered, answered.after(underWay)].contains(served), "before call \(call), seed \(seed)")
            for _ in 0..<Self.cutsEach {
                let found = try Story.found(on: next.afterPowerCut(using: &random))
                #expect(found == served.afterReboot, "before call \(call), seed \(seed)")
            }
        }
    }

    @Test("while it sets a damaged record aside: the bytes are somewhere", arguments: 0..<25 as Range<UInt64>)
    func settingAside(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var call = 1
        while true {
            let disk = DiskModel()
            do {
                let store = try Story.open(disk)
                try store.save(RandomModels.one)
                try overwrite("\(RandomModels.one.id).json", in: store.networks)
            }
            let start = disk.calls
            disk.end(before: start + call)
            _ = try? Story.found(on: disk)
            let left = disk.afterPowerCut(using: &random)
            let places = [("networks", ".json"), ("set-aside", ".json.1")].filter { directory, suffix in
                let path = "\(Story.stateDirectory)/\(directory)"
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

    /// The number of calls when nothing goes wrong.
    private func callsOfAll(_ story: Story) -> Int { lived(story, until: .max).disk.calls }

    /// A disk after a story that ends before a call; the state that was answered, and the deed that was not, if any.
    private func lived(
        _ story: Story,
        until call: Int,
        _ pretence: DiskModel.Pretence? = nil
    ) -> (disk: DiskModel, answered: StoredState, underWay: Story.Deed) {
        let disk = DiskModel()
        if let pretence { disk.pretend(pretence) }
        disk.end(before: call)
        var answered = StoredState()
        guard let store = try? Story.open(disk) else { return (disk, answered, .removeEndpoint(.none)) }
        for deed in story.deeds {
            guard (try? deed.carryOut(with: store)) != nil, !disk.hasEnded else { return (disk, answered, deed) }
            answered = answered.after(deed)
        }
        return (disk, answered, .removeEndpoint(.none))
    }
}

extension EndpointID {
    /// One that no record is of.
    fileprivate static let none = EndpointID(unchecked: "none")
}
