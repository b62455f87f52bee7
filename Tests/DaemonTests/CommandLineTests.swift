import ServerTestKit
import Testing

@Suite("The command line")
struct CommandLineTests {
    /// Runs the program to its end.
    private func run(_ arguments: [String]) async throws -> (status: Int32?, output: String) {
        let directory = try TemporaryDirectory()
        return try await onOwnThread {
            let process = try ChildProcess([RunningDaemon.program] + arguments, output: directory.file("output"))
            return (try process.exited(), process.output)
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
    }

    @Test("tells its version")
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

    @Test("refuses a socket's path that is too long")
    func longPath() async throws {
        let run = try await run(["daemon", "--socket", "/tmp/" + String(repeating: "x", count: 200)])
        #expect(run.status == 1)
        #expect(run.output.hasSuffix(": a socket's path has 107 bytes at most; choose a shorter one\n"))
    }
}
