import Foundation
import Testing

/// The machine that `DifferentialTests` run on, and its capabilities.
struct DifferentialFixture: Sendable {
    let machine: MachineFixture
    /// The engine's major version.
    let engine: Int
    let linkKinds: Set<DifferentialScenario.LinkKind>
    let selection: ScenarioSelection
    /// The shell functions that scenarios use.
    let functions: String

    /// The fixture of this run; nil if the tests were started without a machine.
    static var current: DifferentialFixture? { get async throws { try await loaded.value } }

    private static let loaded = Task { () async throws -> DifferentialFixture? in
        guard let machine = MachineFixture.current else { return nil }
        return try await DifferentialFixture(on: machine)
    }

    private init(on machine: MachineFixture) async throws {
        self.machine = machine
        selection = try ScenarioSelection(ProcessInfo.processInfo.environment["SWIFTVLAN_SCENARIOS"] ?? "all")
        functions = try checkoutFile("lab/differential")
        let version = try await machine.run("docker version -f '{{.Server.Version}}'")
        engine = try #require(version.split(separator: ".").first.flatMap { Int($0) })
        let kinds = try await machine.run(
            """
            for kind in \(DifferentialScenario.LinkKind.allCases.map(\.rawValue).joined(separator: " ")); do
                ip link add probe0 type $kind 2>&1 | grep -q -e 'Unknown device type' -e 'not supported' || echo $kind
                ip link del probe0 2>/dev/null || true
            done
            """)
        linkKinds = Set(kinds.split(separator: "\n").compactMap { DifferentialScenario.LinkKind(rawValue: String($0)) })
    }
}
