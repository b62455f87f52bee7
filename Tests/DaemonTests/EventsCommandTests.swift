import DaemonTestKit
import Glibc
import TestSupport
import Testing

@testable import swiftvlan

@Suite("The command events", .timeLimit(.minutes(5)))
struct EventsCommandTests {
    private static func events(_ daemon: DaemonProcess, _ arguments: [String], in name: String) throws -> ChildProcess {
        let socket = "\(daemon.records.runtime)/control.sock"
        let command = [DaemonProcess.program, "events", "--control-socket", socket] + arguments
        return try ChildProcess(command, output: daemon.directory.file(name))
    }

    @Test("The command prints kept and new events, waits for a restarted daemon, and goes on with the next events")
    func follow() async throws {
        try await DaemonProcess.withControl(arguments: ["--log-level", "error"]) { daemon in
            let events = try Self.events(daemon, ["--json"], in: "events")
            #expect(eventually { events.output.contains(#""message":"Serving""#) })
            _ = try daemon.call(Calls.createNetwork.0, Calls.createNetwork.1)
            #expect(eventually { events.output.contains(#""message":"Call refused""#) })
            #expect(events.output.contains(#""call":"CreateNetwork","duration_us":""#))
            #expect(!daemon.output.contains("Call refused"), "the log has only errors")
            try daemon.stop()
            let sentence =
                "swiftvlan: the daemon is not running; waiting until it is (to start it: systemctl start swiftvlan)\n"
            #expect(eventually { events.output.contains(sentence) })
            try daemon.start()
            #expect(eventually { events.output.contains("swiftvlan: the daemon is back\n") })
            #expect(eventually { events.output.matches(of: /"message":"Serving"/).count == 2 })
            let refused = events.output.matches(of: /"message":"Call refused"/).count
            #expect(refused == 1, "no event is printed twice")
            events.signal(SIGTERM)
            #expect(events.exitStatus() != nil)
        }
    }

    @Test("A daemon that is away is reported once and at once, and one that does not answer only if that lasts")
    func absence() {
        var away = DaemonAbsence()
        let missing = ControlError(description: "there is no socket", isDaemonAway: true)
        #expect(
            away.sentence(after: missing)
                == "the daemon is not running; waiting until it is (to start it: systemctl start swiftvlan)")
        #expect(away.sentence(after: missing) == nil)
        var silent = DaemonAbsence()
        let broken = ControlError(description: "the connection was closed")
        for _ in 1...3 { #expect(silent.sentence(after: broken) == nil) }
        #expect(silent.hasBegun && !silent.isReported)
        #expect(silent.sentence(after: broken) == "the connection was closed; trying again every second")
    }

    @Test("Without a daemon, the command says how to start it")
    func away() async throws {
        let run = try await runProgram(["events", "--control-socket", "/absent/control.sock"])
        #expect(run.status == 1)
        #expect(
            run.output == """
                Error: the daemon is not running (there is no socket at /absent/control.sock); start it: systemctl \
                start swiftvlan

                """)
    }

    @Test("With --no-follow the command ends after the kept events, and --since leaves out earlier ones")
    func noFollow() async throws {
        try await DaemonProcess.withControl { daemon in
            let all = try Self.events(daemon, ["--no-follow", "--since", "1h"], in: "all")
            #expect(all.exitStatus() == 0)
            #expect(all.output.contains("  info     Serving  version="))
            let none = try Self.events(daemon, ["--no-follow", "--since", "2100-01-01"], in: "none")
            #expect(none.exitStatus() == 0)
            #expect(none.output == "")
        }
    }

    @Test("The command ends when its reader does")
    func reader() async throws {
        try await DaemonProcess.withControl { daemon in
            let socket = "\(daemon.records.runtime)/control.sock"
            let shell = "\(DaemonProcess.program) events --control-socket \(socket) | head -n 1"
            let pipe = try ChildProcess(["bash", "-c", shell], output: daemon.directory.file("pipe"))
            let ends = try eventually {
                _ = try daemon.call(Calls.createNetwork.0, Calls.createNetwork.1)
                return pipe.exitStatus(within: 0.1) != nil
            }
            #expect(ends)
            #expect(pipe.output.split(separator: "\n").count == 1)
        }
    }
}
