import DaemonTestKit
import TestSupport
import Testing

@Suite("The command line")
struct CommandLineTests {
    /// Runs the program to its end, in a network namespace of its own: a daemon that runs in this one would be in its way.
    private func run(_ arguments: [String]) async throws -> (status: Int32?, output: String) {
        let directory = try TemporaryDirectory()
        return try await onOwnThread {
            let command = DaemonProcess.ownNetwork + [DaemonProcess.program] + arguments
            let process = try ChildProcess(command, output: directory.file("output"))
            return (process.exitStatus(), process.output)
        }
    }

    @Test("explains itself")
    func help() async throws {
        let program = try await run(["--help"])
        #expect(program.status == 0)
        #expect(program.output.contains("daemon"))
        let daemon = try await run(["daemon", "--help"])
        #expect(daemon.status == 0)
        #expect(daemon.output.contains("--socket <socket>"))
        #expect(daemon.output.contains("trace, debug, info"))
        #expect(daemon.output.contains("--check-config"))
        #expect(daemon.output.contains("(default: /var/lib/swiftvlan)"))
    }

    @Test("prints its version")
    func version() async throws {
        let version = try await run(["--version"])
        #expect(version.status == 0)
        #expect(version.output.split(separator: ".").count == 3)
    }

    @Test("refuses what it does not know", arguments: [["daemon", "--sockets", "x"], ["demon"], ["daemon", "extra"]])
    func unknown(_ arguments: [String]) async throws {
        let run = try await run(arguments)
        #expect(run.status == 64)
        #expect(run.output.hasPrefix("Error: "))
    }

    @Test("refuses a log level that there is not, and names those that there are")
    func logLevel() async throws {
        let run = try await run(["daemon", "--log-level", "loud"])
        #expect(run.status == 64)
        #expect(run.output.contains(#""loud" is not a log level; use trace, debug, info"#))
    }

    /// Checks a configuration of this text.
    private func check(_ text: String) async throws -> (status: Int32?, output: String) {
        let directory = try TemporaryDirectory()
        let file = directory.file("swiftvlan.toml")
        try writeTextFile(file, text)
        let run = try await run(["daemon", "--check-config", "--config", file])
        return (run.status, run.output.replacing(file, with: "FILE"))
    }

    @Test("says whether the configuration is right")
    func checkConfig() async throws {
        let right = try await check("orphan-age = 5\n")
        #expect(right.status == 0)
        #expect(right.output == "OK\n")
        let wrong = try await check("\norphan-age = -5\nsokcet = '/a'\n")
        #expect(wrong.status == 1)
        #expect(
            wrong.output == """
                Error: FILE:2: orphan-age is a whole number of seconds from 0 to 65535, not -5
                FILE:3: there is no setting "sokcet"; did you mean socket?

                """)
    }

    @Test("refuses a configuration file that is named and not there")
    func absentConfig() async throws {
        let run = try await run(["daemon", "--config", "/absent.toml"])
        #expect(run.status == 1)
        #expect(
            run.output == "Error: /absent.toml: the configuration file cannot be read: No such file or directory\n")
    }

    @Test("refuses a socket's path that is too long")
    func longPath() async throws {
        let run = try await run(["daemon", "--socket", "/tmp/" + String(repeating: "x", count: 200)])
        #expect(run.status == 1)
        #expect(run.output.hasSuffix(": a socket's path has 107 bytes at most; choose a shorter one\n"))
    }
}
