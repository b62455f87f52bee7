import DaemonTestKit
import Glibc
import TestSupport
import Testing

@Suite("Serving")
struct ServingTests {
    @Test("The daemon answers the engine's first calls")
    func firstCalls() async throws {
        try await DaemonProcess.with { daemon in
            let activation = try daemon.call("/Plugin.Activate")
            #expect(activation.status == 200)
            #expect(activation.body == #"{"Implements":["NetworkDriver"]}"#)
            let capabilities = try daemon.call("/NetworkDriver.GetCapabilities")
            #expect(capabilities.status == 200)
            #expect(capabilities.body == #"{"ConnectivityScope":"global","GwAllocChecker":true,"Scope":"local"}"#)
        }
    }

    @Test("Requests, their netlink requests and answers are each logged in one line at level debug")
    func debugLog() async throws {
        try await DaemonProcess.with(environment: ["SWIFTVLAN_LOG_LEVEL": "debug"]) { daemon in
            _ = try daemon.call(Calls.createNetwork.0, Calls.createNetwork.1)
            try daemon.stop()
            let lines = daemon.output.split(separator: "\n").filter { $0.contains("debug") }
            #expect(lines.count { $0.contains("Request") && $0.contains("call=\(Calls.createNetwork.0)") } == 1)
            #expect(lines.count { $0.contains("Answer") && $0.contains("duration_us=") } == 1)
            let lookup = lines.first { $0.contains("netlink.type=RTM_GETLINK") && $0.contains("absent0") }
            #expect(lookup?.contains("netlink.operation=") == true, "\(daemon.output)")
        }
    }

    @Test("A refusal contains its reason in the form that the engine shows to users")
    func refusal() async throws {
        try await DaemonProcess.with { daemon in
            let response = try daemon.call(Calls.createNetwork.0, Calls.createNetwork.1)
            #expect(response.status == 200)
            #expect(response.refusal?.contains("absent0") == true, "\(response.body)")
        }
    }

    @Test("Invalid requests are refused in the same form")
    func noCall() async throws {
        try await DaemonProcess.with { daemon in
            #expect(try daemon.call("/NetworkDriver.Nothing", "{}").status == 404)
            let withoutBody = try daemon.call("/NetworkDriver.CreateNetwork")
            #expect(withoutBody.status == 400)
            #expect(withoutBody.refusal?.isEmpty == false)
            let client = try daemon.connect()
            client.send("GET /Plugin.Activate HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try client.response().refusal == "GET /Plugin.Activate: calls are made with POST")
        }
    }

    @Test("The daemon stops on a signal after it has answered the calls in progress", arguments: [SIGTERM, SIGINT])
    func stop(_ signal: Int32) async throws {
        try await DaemonProcess.with { daemon in
            let clients = try (0..<20).map { _ in try daemon.connect() }
            for client in clients {
                client.send(String(repeating: post(Calls.createNetwork.0, Calls.createNetwork.1), count: 10))
            }
            #expect(try clients[0].receive() != nil)
            daemon.signal(signal)
            #expect(daemon.exitStatus() == 0, "\(daemon.output)")
            #expect(access(daemon.socket, F_OK) != 0)
            for client in clients { while try client.receive() != nil {} }
            #expect(daemon.output.contains("Stopping"))
        }
    }

    @Test("A second daemon on the same socket does not start and gives the reason")
    func secondDaemon() async throws {
        try await DaemonProcess.with { daemon in
            let second = DaemonProcess(in: try TemporaryDirectory(), socket: daemon.socket)
            try second.launch()
            #expect(second.exitStatus() == 1)
            #expect(
                second.output.hasSuffix(
                    "Error: \(daemon.socket): another process serves this socket; stop it first or choose another path\n"
                )
            )
            #expect(try daemon.call("/Plugin.Activate").status == 200)
        }
    }

    @Test("A second daemon on the same records does not start and gives the reason")
    func secondDaemonOnRecords() async throws {
        try await DaemonProcess.with { daemon in
            let second = DaemonProcess(in: daemon.directory, name: "second")
            try second.launch()
            #expect(second.exitStatus() == 1)
            #expect(
                second.output == """
                    Error: state directory "\(daemon.records.state)" is in use by another swiftvlan daemon \
                    (process \(try daemon.process.id)); stop that one first

                    """)
            #expect(try daemon.call("/Plugin.Activate").status == 200)
        }
    }

    @Test("The daemon starts after another was killed")
    func afterAKill() async throws {
        try await DaemonProcess.with { daemon in
            #expect(try daemon.kill() == 128 + SIGKILL)
            #expect(access(daemon.socket, F_OK) == 0)
            try daemon.start()
            #expect(try daemon.call("/Plugin.Activate").status == 200)
            try daemon.stop()
        }
    }
}
