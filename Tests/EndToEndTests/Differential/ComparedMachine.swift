import Foundation
import Testing

/// The machine of a run of `DifferentialTests`, and what it can do.
struct ComparedMachine: Sendable {
    let bed: Bed
    /// The first part of the engine's version.
    let engine: Int
    let linkKinds: Set<Story.LinkKind>
    /// The shell functions that stories consist of.
    let functions: String

    /// The machine of this run; nil when the tests were started without one.
    static var current: ComparedMachine? {
        get async throws { try await asked.value }
    }

    private static let asked = Task { () async throws -> ComparedMachine? in
        guard let bed = Bed.current else { return nil }
        return try await ComparedMachine(on: bed)
    }

    private init(on bed: Bed) async throws {
        self.bed = bed
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        functions = try String(contentsOf: root.appending(path: "lab/differential"), encoding: .utf8)
        let version = try await bed.run("docker version -f '{{.Server.Version}}'")
        engine = try #require(version.split(separator: ".").first.flatMap { Int($0) })
        let kinds = try await bed.run(
            """
            for kind in \(Story.LinkKind.allCases.map(\.rawValue).joined(separator: " ")); do
                ip link add probe0 type $kind 2>&1 | grep -q -e 'Unknown device type' -e 'not supported' || echo $kind
                ip link del probe0 2>/dev/null || true
            done
            """)
        linkKinds = Set(kinds.split(separator: "\n").compactMap { Story.LinkKind(rawValue: String($0)) })
    }
}
