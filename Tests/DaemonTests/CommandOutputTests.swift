import DaemonTestKit
import Glibc
import TestSupport
import Testing

@Suite("The output of commands", .timeLimit(.minutes(5)))
struct CommandOutputTests {
    /// Starts a shell command in which `$0` is the program and `$1` the daemon's control socket.
    private static func shell(_ script: String, _ daemon: DaemonProcess, _ name: String) throws -> ChildProcess {
        try ChildProcess(
            ["bash", "-c", script, DaemonProcess.program, "\(daemon.records.runtime)/control.sock"],
            environment: ["DOCKER_HOST": "unix:///nowhere/docker.sock", "SWIFTVLAN_CONFIG": "/dev/null"],
            output: daemon.directory.file(name))
    }

    @Test(
        "A command whose output finds no space says so and fails",
        arguments: ["status", "status --json", "topology", "topology --svg -", "events --no-follow", "reconcile"])
    func full(command: String) async throws {
        try await DaemonProcess.withControl { daemon in
            let run = try Self.shell("\"$0\" \(command) --control-socket \"$1\" >/dev/full", daemon, "full")
            #expect(run.exitStatus() == 1)
            #expect(
                run.output == "Error: the output cannot be written: No space left on device; send it elsewhere\n")
        }
    }

    @Test("The command status --watch ends without a message when its reader is gone")
    func reader() async throws {
        try await DaemonProcess.withControl { daemon in
            let run = try Self.shell(
                "\"$0\" status --watch --control-socket \"$1\" | sleep 0; echo ${PIPESTATUS[0]}", daemon, "reader")
            // It notices at the next change, or when its request has waited for 25 seconds.
            #expect(run.exitStatus(within: 60) == 0)
            #expect(run.output == "0\n")
        }
    }

    @Test("The command status --watch waits for a daemon that restarts, and goes on")
    func restart() async throws {
        try await DaemonProcess.withControl { daemon in
            let watch = try Self.shell(
                "exec \"$0\" status --watch --json --control-socket \"$1\"", daemon, "watch")
            #expect(eventually { watch.output.contains("\"processID\"") })
            try daemon.stop()
            #expect(eventually { watch.output.contains("swiftvlan: the daemon is not running; waiting until it is (") })
            try daemon.start()
            #expect(eventually { watch.output.matches(of: /"processID"/).count == 2 })
            // A shell has its background jobs ignore SIGINT, and the tests may be one.
            watch.signal(SIGTERM)
            #expect(watch.exitStatus() == 128 + SIGTERM)
        }
    }
}
