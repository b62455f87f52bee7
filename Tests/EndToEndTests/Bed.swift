import Foundation
import Subprocess

/// The machine that a scenario runs on: a throw-away host in namespaces, or a virtual machine.
///
/// Whoever starts the tests starts the machine and names the command that runs `sh` in it (`lab/end-to-end`).
struct Bed: Sendable {
    private let command: [String]

    /// The machine of this run; nil when the tests were started without one.
    static let current = Bed()

    /// Why end-to-end tests may be skipped.
    static let absence = "SWIFTVLAN_BED names no machine to test on: use lab/end-to-end"

    private init?() {
        guard let text = ProcessInfo.processInfo.environment["SWIFTVLAN_BED"], !text.isEmpty else { return nil }
        command = text.split(separator: " ").map(String.init)
    }

    /// What a command did.
    struct Outcome: Sendable {
        let status: Int32
        let output: String
        let errors: String
    }

    /// A command that ended with another status than 0, where success was expected.
    struct CommandFailure: Error, CustomStringConvertible {
        let command: String
        let outcome: Outcome
        var description: String { "\(command)\nended with \(outcome.status): \(outcome.errors)\(outcome.output)" }
    }

    /// Runs a shell command on the machine, whatever comes of it.
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

    /// Runs a shell command that has to succeed, and gives what it printed, without the last line's end.
    @discardableResult
    func run(_ shell: String) async throws -> String {
        let outcome = try await attempt(shell)
        guard outcome.status == 0 else { throw CommandFailure(command: shell, outcome: outcome) }
        return outcome.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
