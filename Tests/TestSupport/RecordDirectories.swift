/// The directories of a daemon's records: one file per network, kept across reboots, and one per endpoint, which is not.
/// The daemon creates them.
package struct RecordDirectories: Sendable {
    private static let suffix = ".json"

    package let state: String
    package let runtime: String

    package init(in directory: TemporaryDirectory) {
        state = directory.file("state")
        runtime = directory.file("runtime")
    }

    /// The identifiers of the networks that have a record.
    package var networks: Set<String> { Self.identifiers(in: "\(state)/networks") }
    /// The identifiers of the endpoints that have a record.
    package var endpoints: Set<String> { Self.identifiers(in: "\(runtime)/endpoints") }
    /// The names of the records that the daemon could not read and has set aside.
    package var setAside: [String] { (try? namesInDirectory("\(state)/set-aside")) ?? [] }

    package func file(ofNetwork id: String) -> String { "\(state)/networks/\(id)\(Self.suffix)" }
    package func file(ofEndpoint id: String) -> String { "\(runtime)/endpoints/\(id)\(Self.suffix)" }

    private static func identifiers(in directory: String) -> Set<String> {
        let names = (try? namesInDirectory(directory)) ?? []
        return Set(names.filter { $0.hasSuffix(suffix) }.map { String($0.dropLast(suffix.count)) })
    }
}
