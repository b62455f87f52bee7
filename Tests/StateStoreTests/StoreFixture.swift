import DriverCore
import Glibc
import TestSupport

@testable import StateStore

/// Two directories for stores on this machine's file system, removed with the object.
final class StoreFixture: Sendable {
    private let directory: TemporaryDirectory
    private let records: RecordDirectories

    /// Creates the directories on disk, or in memory for tests with a thousand steps.
    init(inMemory: Bool = false) throws {
        directory = try TemporaryDirectory(in: inMemory ? "/dev/shm" : nil)
        records = RecordDirectories(in: directory)
        // Tests that act as another user need access.
        guard chmod(directory.path, 0o755) == 0 else { throw CallError(call: "chmod") }
    }

    var state: String { records.state }
    var runtime: String { records.runtime }

    func open(formats: RecordFormats = .all) throws -> FileStateStore {
        try FileStateStore(
            stateDirectory: state, runtimeDirectory: runtime, files: GlibcFileSystem(), formats: formats)
    }

    func path(of id: NetworkID) -> String { records.file(ofNetwork: "\(id)") }
    func path(of id: EndpointID) -> String { records.file(ofEndpoint: "\(id)") }

    /// Writes text as a network's record.
    func put(_ text: String, for id: NetworkID) throws { try writeFile(path(of: id), Array(text.utf8)) }

    /// The file names in the directory of network records.
    var names: [String] {
        get throws { try namesInDirectory("\(state)/networks") + namesInDirectory("\(runtime)/endpoints") }
    }

    /// The names of the networks' records that were set aside.
    var setAside: [String] { records.setAside }
}
