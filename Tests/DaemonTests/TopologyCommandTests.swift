import DaemonTestKit
import Glibc
import TestSupport
import Testing

@Suite("The command topology")
struct TopologyCommandTests {
    /// Runs the command and returns its exit status and output.
    private static func run(_ arguments: String..., daemon: DaemonProcess) throws -> (status: Int32?, output: String) {
        let socket = "\(daemon.records.runtime)/control.sock"
        let process = try ChildProcess(
            [DaemonProcess.program, "topology", "--control-socket", socket] + arguments,
            environment: ["LANG": "C.UTF-8", "DOCKER_HOST": "unix:///nonexistent"],
            output: daemon.directory.file("command.log"))
        return (process.exitStatus(), process.output)
    }

    @Test("The command shows a tree, writes pictures, and refuses two formats at once")
    func formats() async throws {
        try await DaemonProcess.with { daemon in
            #expect(eventually { access("\(daemon.records.runtime)/control.sock", F_OK) == 0 })
            let tree = try Self.run(daemon: daemon)
            #expect(tree.status == 0 && tree.output.hasSuffix("There are no networks.\n"), "\(tree)")
            #expect(try Self.run("--mermaid", daemon: daemon).output.hasSuffix("flowchart LR\n"))
            #expect(try Self.run("--svg", "-", daemon: daemon).output.contains("<svg "))
            #expect(try Self.run("--html", "-", "--all", daemon: daemon).output.contains("<!doctype html>"))
            #expect(try Self.run("--svg", "-", "--mermaid", daemon: daemon).status == 64)
        }
    }

    @Test("A picture replaces a file and leaves nothing else, follows a symbolic link, and never replaces a pipe")
    func files() async throws {
        try await DaemonProcess.with { daemon in
            #expect(eventually { access("\(daemon.records.runtime)/control.sock", F_OK) == 0 })
            let folder = daemon.directory.file("pictures")
            guard mkdir(folder, 0o700) == 0, symlink("one.svg", "\(folder)/link.svg") == 0,
                mkfifo("\(folder)/pipe.svg", 0o600) == 0
            else { throw CallError(call: "mkdir, symlink or mkfifo") }
            try writeTextFile("\(folder)/one.svg", "old")
            // With a reader, and room for the picture, so that the command does not block.
            let reader = open("\(folder)/pipe.svg", O_RDWR | O_CLOEXEC)
            defer { close(reader) }
            for name in ["link", "pipe", "two"] {
                #expect(try Self.run("--svg", "\(folder)/\(name).svg", daemon: daemon).status == 0, "\(name)")
            }
            #expect(try namesInDirectory(folder) == ["link.svg", "one.svg", "pipe.svg", "two.svg"])
            for name in ["one", "two"] { #expect(try readTextFile("\(folder)/\(name).svg").hasPrefix("<svg ")) }
            var status = stat()
            #expect(stat("\(folder)/pipe.svg", &status) == 0 && status.st_mode & S_IFMT == S_IFIFO)

            let refused = try Self.run("--svg", "\(folder)/none/one.svg", daemon: daemon)
            #expect(refused.status == 1 && refused.output.contains("cannot write \(folder)/none/one.svg"), "\(refused)")
        }
    }
}
