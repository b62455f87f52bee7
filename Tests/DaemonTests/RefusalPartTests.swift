import DaemonTestKit
import Glibc
import Logging
import HTTPServer
import RemoteDriver
import TestSupport
import Testing

@testable import swiftvlan

@Suite("Refusal components")
struct RefusalPartTests {
    private static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    @Test(
        "A handover to the next program image is read as it was written",
        arguments: [
            .refuse(reason: "a = b", isNew: true), .refuse(reason: "new", isNew: false), .attempt(after: "x y z"),
        ] as [Handover])
    func handover(_ handover: Handover) { #expect(Handover(handover.text) == handover) }

    @Test("An invalid handover, or one of another process, is ignored", arguments: ["", "new", "other reason"])
    func noHandover(_ text: String) {
        #expect(Handover(text) == nil)
        #expect(Handover("\(getpid()) \(text)") == nil)
        #expect(Handover("\(getppid()) new reason") == nil)
    }

    @Test("A refusal's reason is one line of limited length with the number of further problems")
    func reason() {
        #expect(RefusalReason(lines: ["one"]).description == "one")
        #expect(RefusalReason(lines: ["one\ntwo", "three"]).description == "one (and 2 more problems)")
        #expect(RefusalReason(lines: ["a\u{1b}[0m"]).description == #"a\u{1b}[0m"#)
        #expect(RefusalReason(lines: [String(repeating: "x", count: 200_000)]).description.utf8.count < 10_000)
        #expect(RefusalReason(lines: []).description == "for an unknown reason")
    }

    @Test(
        "The end of a service is described from the properties that systemctl shows",
        arguments: [
            (["Result=exit-code", "ExecMainCode=1", "ExecMainStatus=226"], "exit-code, status 226/NAMESPACE"),
            (["ExecMainStatus=64", "ExecMainCode=1", "Result=exit-code"], "exit-code, status 64"),
            (["Result=core-dump", "ExecMainCode=3", "ExecMainStatus=4"], "signal 4"),
            (["Result=resources", "ExecMainCode=0", "ExecMainStatus=0"], "resources"),
            (["Result=success", "ExecMainCode=1", "ExecMainStatus=0"], nil),
            ([], nil),
        ])
    func ending(properties: [String], text: String?) { #expect(UnitEnding(properties)?.description == text) }

    @Test("Refused removals are kept once each, up to a limit, and other calls are not")
    func putOff() {
        let calls = PutOffCalls()
        func note(_ path: String, _ body: String) -> Bool {
            calls.note(HTTPRequest(path: path, body: Array(body.utf8)))
        }
        let removal = "/NetworkDriver.DeleteNetwork"
        for _ in 0..<2 { #expect(note(removal, "{\"NetworkID\":\n\"\(Calls.network)\"}\n")) }
        #expect(!note(removal, ""))
        #expect(!note(removal, "{}"))
        #expect(!note(Calls.createNetwork.0, Calls.createNetwork.1))
        #expect(note("/NetworkDriver.DeleteEndpoint", #"{"NetworkID":"a1","EndpointID":"b2"}"#))
        #expect(calls.take().map(\.path) == [removal, "/NetworkDriver.DeleteEndpoint"])
        #expect(calls.take().isEmpty)
        var number = 0
        while note(removal, #"{"NetworkID":"n\#(number)"}"#) { number += 1 }
        #expect((1000..<3000).contains(number))
    }

    /// Runs the body with a start guard on a socket, the socket's path and its descriptor.
    private func withGuard(
        after limit: Duration, _ body: @escaping @Sendable (StartGuard, _ path: String, _ socket: Int32) throws -> Void
    ) async throws {
        let directory = try TemporaryDirectory()
        try await onOwnThread {
            let path = directory.file("plugin.sock")
            let socket = try ListeningSocket.bind(path: path).descriptor
            let duplicate = fcntl(socket, F_DUPFD_CLOEXEC, 3)
            try body(try StartGuard(on: duplicate, after: limit, logger: Self.silent), path, socket)
        }
    }

    @Test("Calls are refused while a start takes too long, and wait for the daemon afterwards")
    func slowStart() async throws {
        try await withGuard(after: .milliseconds(10)) { startGuard, path, socket in
            let client = try HTTPClient(path: path)
            let refused = try client.call(Array(post(Calls.createNetwork.0, Calls.createNetwork.1).utf8))
            #expect(refused.refusal?.hasPrefix("swiftvlan cannot serve yet: its start has taken longer than") == true)
            #expect(try client.call(Array(post(Calls.activate.0).utf8)).status == 200)
            startGuard.end()
            #expect(try client.isClosed())
            // The socket stays open for the daemon.
            let waiting = try HTTPClient(path: path)
            waiting.send(post("/Echo", "x"))
            #expect(waiting.staysSilent(milliseconds: 100))
            close(socket)
        }
    }

    @Test("Calls wait for a start that takes a normal time")
    func start() async throws {
        try await withGuard(after: .seconds(60)) { startGuard, path, socket in
            let client = try HTTPClient(path: path)
            client.send(post(Calls.createNetwork.0, Calls.createNetwork.1))
            #expect(client.staysSilent(milliseconds: 100))
            startGuard.end()
            startGuard.end()
            #expect(client.staysSilent(milliseconds: 100))
            close(socket)
        }
    }
}

@Suite("The command refuse")
struct RefuseCommandTests {
    private func start(_ arguments: [String], in directory: TemporaryDirectory) throws -> (ChildProcess, String) {
        let socket = directory.file("run/swiftvlan.sock")
        let command = [DaemonProcess.program, "refuse", "--socket", socket] + arguments
        let process = try ChildProcess(command, output: directory.file("log"))
        return (process, socket)
    }

    private func expectRefusal(at socket: String) throws {
        var client: HTTPClient?
        #expect(
            eventually {
                client = try? HTTPClient(path: socket)
                return client != nil
            })
        let answer = try client?.call(Array(post(Calls.createNetwork.0, Calls.createNetwork.1).utf8))
        #expect(
            answer?.refusal == """
                swiftvlan cannot serve: swiftvlan.service does not start (exit-code, status 226/NAMESPACE), \
                see `systemctl status swiftvlan.service`; systemd starts it again every 20 seconds
                """)
        #expect(try client?.call(Array(post(Calls.activate.0).utf8)).status == 200)
    }

    private static let ending = ["Result=exit-code", "ExecMainCode=1", "ExecMainStatus=226"]

    @Test("The command refuse answers calls with the service's failure until a signal ends it")
    func refusals() async throws {
        let directory = try TemporaryDirectory()
        try await onOwnThread {
            let (process, socket) = try start(Self.ending, in: directory)
            try expectRefusal(at: socket)
            process.signal(SIGTERM)
            #expect(process.exitStatus() == 0, "\(process.output)")
            #expect(throws: CallError.self) { try HTTPClient(path: socket) }
            #expect(access(socket, F_OK) == 0)
        }
    }

    @Test("The command refuse ends when another socket replaces its own")
    func replaced() async throws {
        let directory = try TemporaryDirectory()
        try await onOwnThread {
            let (process, socket) = try start(Self.ending, in: directory)
            try expectRefusal(at: socket)
            unlink(socket)
            let other = try ListeningSocket.bind(path: socket)
            #expect(process.exitStatus() == 0)
            _ = try HTTPClient(path: socket)
            close(other.descriptor)
        }
    }

    @Test("The command refuse ends after the given seconds")
    func time() async throws {
        let directory = try TemporaryDirectory()
        try await onOwnThread {
            let (process, _) = try start(["--seconds", "0"], in: directory)
            #expect(process.exitStatus() == 0)
        }
    }

    @Test("The command refuse does not replace a socket that another process serves")
    func served() async throws {
        let directory = try TemporaryDirectory()
        try await onOwnThread {
            let other = try ListeningSocket.bind(path: directory.file("run/swiftvlan.sock"))
            let (process, socket) = try start(Self.ending, in: directory)
            #expect(process.exitStatus() == 1)
            #expect(process.output.contains("another process serves this socket"))
            #expect(access(socket, F_OK) == 0)
            close(other.descriptor)
        }
    }
}
