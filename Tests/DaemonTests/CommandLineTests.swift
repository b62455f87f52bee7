import DaemonTestKit
import TestSupport
import Testing

@Suite("Command line")
struct CommandLineTests {
    /// Runs the program in its own network namespace, where no other daemon is in its way.
    private func run(_ arguments: [String]) async throws -> (status: Int32?, output: String) {
        let directory = try TemporaryDirectory()
        return try await onOwnThread {
            let command = DaemonProcess.ownNetwork + [DaemonProcess.program] + arguments
            let process = try ChildProcess(command, output: directory.file("output"))
            return (process.exitStatus(), process.output)
        }
    }

    @Test("The program prints its help")
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

    @Test("The program prints its version")
    func version() async throws {
        let version = try await run(["--version"])
        #expect(version.status == 0)
        #expect(version.output.split(separator: ".").count == 3)
    }

    @Test(
        "The program refuses unknown arguments",
        arguments: [["daemon", "--sockets", "x"], ["demon"], ["daemon", "extra"]])
    func unknown(_ arguments: [String]) async throws {
        let run = try await run(arguments)
        #expect(run.status == 64)
        #expect(run.output.hasPrefix("Error: "))
    }

    @Test("An unknown log level is refused, naming the valid ones")
    func logLevel() async throws {
        let run = try await run(["daemon", "--log-level", "loud"])
        #expect(run.status == 64)
        #expect(run.output.contains(#""loud" is not a log level; use trace, debug, info"#))
    }

    /// Checks a configuration file with this text.
    private func check(_ text: String) async throws -> (status: Int32?, output: String) {
        let directory = try TemporaryDirectory()
        let file = directory.file("swiftvlan.toml")
        try writeTextFile(file, text)
        let run = try await run(["daemon", "--check-config", "--config", file])
        return (run.status, run.output.replacing(file, with: "FILE"))
    }

    @Test("--check-config reports whether the configuration is valid")
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

    @Test("A missing configuration file is an error if it was named")
    func absentConfig() async throws {
        let run = try await run(["daemon", "--config", "/absent.toml"])
        #expect(run.status == 1)
        #expect(
            run.output == "Error: /absent.toml: the configuration file cannot be read: No such file or directory\n")
    }

    @Test("A socket path that is too long is refused")
    func longPath() async throws {
        let run = try await run(["daemon", "--socket", "/tmp/" + String(repeating: "x", count: 200)])
        #expect(run.status == 1)
        #expect(run.output.hasSuffix(": a socket's path has 107 bytes at most; choose a shorter one\n"))
    }
}
