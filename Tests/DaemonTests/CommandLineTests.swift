import DaemonTestKit
import TestSupport
import Testing

/// Runs the program until it exits, in its own network namespace, where no other daemon has the claim.
func runProgram(_ arguments: [String]) async throws -> (status: Int32?, output: String) {
    let directory = try TemporaryDirectory()
    return try await onOwnThread {
        let command = DaemonProcess.ownNetwork + [DaemonProcess.program] + arguments
        let process = try ChildProcess(command, output: directory.file("output"))
        return (process.exitStatus(), process.output)
    }
}

@Suite("Command line")
struct CommandLineTests {
    private func run(_ arguments: [String]) async throws -> (status: Int32?, output: String) {
        try await runProgram(arguments)
    }

    @Test("The option --help describes the commands and options")
    func help() async throws {
        let program = try await run(["--help"])
        #expect(program.status == 0)
        #expect(program.output.contains("daemon"))
        let daemon = try await run(["daemon", "--help"])
        #expect(daemon.status == 0)
        #expect(daemon.output.contains("--socket <path>"))
        #expect(daemon.output.contains("trace, debug, info"))
        #expect(daemon.output.contains("(default: /var/lib/swiftvlan)"))
    }

    @Test("The option --version prints the version")
    func version() async throws {
        let version = try await run(["--version"])
        #expect(version.status == 0)
        #expect(version.output.split(separator: ".").count == 3)
    }

    @Test(
        "Unknown commands and options are rejected",
        arguments: [["daemon", "--sockets", "x"], ["demon"], ["daemon", "extra"]])
    func unknown(_ arguments: [String]) async throws {
        let run = try await run(arguments)
        #expect(run.status == 64)
        #expect(run.output.hasPrefix("Error: "))
    }

    @Test("An invalid flag value is rejected, and the error lists the valid ones")
    func logLevel() async throws {
        let run = try await run(["daemon", "--log-level", "loud"])
        #expect(run.status == 64)
        #expect(run.output.contains("log-level must be one of trace, debug, info"))
    }

    /// Runs --check-config on a file with this text.
    private func check(_ text: String) async throws -> (status: Int32?, output: String) {
        let directory = try TemporaryDirectory()
        let file = directory.file("swiftvlan.toml")
        try writeTextFile(file, text)
        let run = try await run(["daemon", "--check-config", "--config", file])
        return (run.status, run.output.replacing(file, with: "FILE"))
    }

    @Test("The option --check-config reports whether the configuration is valid")
    func checkConfig() async throws {
        let valid = try await check("orphan-age = 5\n")
        #expect(valid.status == 0)
        #expect(valid.output == "OK\n")
        let invalid = try await check("\norphan-age = -5\nsokcet = '/a'\n")
        #expect(invalid.status == 1)
        #expect(
            invalid.output == """
                Error: FILE:2: orphan-age must be a whole number of seconds from 0 to 65535, not -5
                FILE:3: unknown setting "sokcet"; did you mean socket?

                """)
    }

    @Test("A named configuration file must exist")
    func absentConfig() async throws {
        let run = try await run(["daemon", "--config", "/absent.toml"])
        #expect(run.status == 1)
        #expect(
            run.output == "Error: /absent.toml: cannot read the configuration file: No such file or directory\n")
    }

    @Test("A socket path that is too long is rejected")
    func longPath() async throws {
        let run = try await run(["daemon", "--socket", "/tmp/" + String(repeating: "x", count: 200)])
        #expect(run.status == 1)
        #expect(run.output.hasSuffix(": a socket's path has 107 bytes at most; choose a shorter one\n"))
    }
}
