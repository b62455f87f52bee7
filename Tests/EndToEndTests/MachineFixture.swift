import Foundation
import Subprocess
import Testing

/// The machine that a scenario runs on: a throwaway host in namespaces, or a virtual machine.
///
/// `lab/end-to-end` starts the machine and passes the command that runs `sh` on it.
struct MachineFixture: Sendable {
    private let command: [String]

    /// The machine of this run; nil if the tests were started without one.
    static let current = MachineFixture()

    private init?() {
        guard let text = ProcessInfo.processInfo.environment["SWIFTVLAN_MACHINE"], !text.isEmpty else { return nil }
        command = text.split(separator: " ").map(String.init)
    }

    /// The result of a command.
    struct Outcome: Sendable {
        let status: Int32
        let output: String
        let errors: String
    }

    /// A command that failed where success was expected.
    struct CommandFailure: Error, CustomStringConvertible {
        let command: String
        let outcome: Outcome
        var description: String { "\(command)\nended with \(outcome.status): \(outcome.errors)\(outcome.output)" }
    }

    /// Runs a shell command on the machine and returns its outcome.
    func attempt(_ shell: String) async throws -> Outcome {
        // `env` finds programs by path and by name alike.
        let arguments = command + ["sh", "-s"]
        let result = try await Subprocess.run(
            .name("env"), arguments: Arguments(arguments), input: .string(shell + "\n"),
            output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
        let status: Int32 =
            switch result.terminationStatus {
            case .exited(let code): Int32(code)
            case .signaled(let signal): 128 + Int32(signal)
            }
        return Outcome(status: status, output: result.standardOutput, errors: result.standardError)
    }

    /// Runs a shell command that must succeed, and returns its output without the final newline.
    @discardableResult
    func run(_ shell: String) async throws -> String {
        let outcome = try await attempt(shell)
        guard outcome.status == 0 else { throw CommandFailure(command: shell, outcome: outcome) }
        return outcome.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

extension Trait where Self == ConditionTrait {
    /// Skips a suite unless the tests were started with a machine.
    static var onMachine: Self {
        .enabled(if: MachineFixture.current != nil, "SWIFTVLAN_MACHINE names no machine to test on: use lab/end-to-end")
    }
}

/// Returns the text of a file in this checkout.
func checkoutFile(_ path: String) throws -> String {
    let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    return try String(contentsOf: tests.deletingLastPathComponent().appending(path: path), encoding: .utf8)
}

/// Runs `body` and then, even if it failed, `cleanUp`.
func withCleanUp(_ body: () async throws -> Void, cleanUp: () async throws -> Void) async throws {
    let result: Result<Void, any Error>
    do { result = .success(try await body()) } catch { result = .failure(error) }
    try await cleanUp()
    try result.get()
}
