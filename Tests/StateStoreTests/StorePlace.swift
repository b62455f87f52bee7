import DriverCore
import Glibc
import ServerTestKit
import TestSupport

@testable import StateStore

/// Two directories for stores of this machine's file system, gone when the object is.
final class StorePlace: Sendable {
    private let directory: TemporaryDirectory
    let state: String
    let runtime: String

    /// Makes the place on the disk, or in memory, for what is done a thousand times.
    init(inMemory: Bool = false) throws {
        directory = try TemporaryDirectory(in: inMemory ? "/dev/shm" : nil)
        state = directory.file("state")
        runtime = directory.file("runtime")
        // For tests that act as another user.
        guard chmod(directory.path, 0o755) == 0 else { throw CallError(call: "chmod") }
    }

    func open(formats: RecordFormats = .all) throws -> FileStateStore {
        try FileStateStore(
            stateDirectory: state, runtimeDirectory: runtime, files: GlibcFileSystem(), formats: formats)
    }

    func path(of id: NetworkID) -> String { "\(state)/networks/\(id).json" }
    func path(of id: EndpointID) -> String { "\(runtime)/endpoints/\(id).json" }

    /// Puts a text where a network's record is.
    func put(_ text: String, for id: NetworkID) throws { try writeFile(path(of: id), Array(text.utf8)) }

    /// Everything that is in a directory of records.
    var names: [String] {
        get throws { try namesInDirectory("\(state)/networks") + namesInDirectory("\(runtime)/endpoints") }
    }

    /// The names of the networks' records that were set aside.
    var setAside: [String] { (try? namesInDirectory("\(state)/set-aside")) ?? [] }
}

/// Makes or overwrites a file.
func writeFile(_ path: String, _ bytes: [UInt8]) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw CallError(call: "open \(path)") }
    defer { close(descriptor) }
    guard write(descriptor, bytes, bytes.count) == bytes.count else { throw CallError(call: "write \(path)") }
}
