import ArgumentParser
import FoundationEssentials
import TestSupport

/// A directory for the daemon's records, socket and log; whoever starts the harness makes it and removes it.
struct Directory: Sendable {
    let path: String

    func file(_ name: String) -> String { "\(path)/\(name)" }

    func child(_ name: String) throws -> Directory {
        let child = Directory(path: file(name))
        try FileManager.default.createDirectory(atPath: child.path, withIntermediateDirectories: true)
        return child
    }

    func remove() {
        try? FileManager.default.removeItem(atPath: path)
    }
}

/// Where the daemon keeps what it knows: one file a network, which outlives the host's start, and one an endpoint, which
/// does not.
struct Records: Sendable {
    private static let suffix = ".json"

    let state: Directory
    let runtime: Directory

    /// The identifiers of the networks that have a record.
    var networks: Set<String> { Self.identifiers(in: state.file("networks")) }
    /// The identifiers of the endpoints that have one.
    var endpoints: Set<String> { Self.identifiers(in: runtime.file("endpoints")) }

    func file(ofNetwork id: String) -> String { state.file("networks/\(id)\(Self.suffix)") }

    /// The names of the records that the daemon could not read.
    var setAside: [String] { (try? namesInDirectory(state.file("set-aside"))) ?? [] }

    private static func identifiers(in directory: String) -> Set<String> {
        let names = (try? namesInDirectory(directory)) ?? []
        return Set(names.filter { $0.hasSuffix(suffix) }.map { String($0.dropLast(suffix.count)) })
    }
}
