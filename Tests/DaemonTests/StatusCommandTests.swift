import CallTestKit
import ControlAPI
import DaemonTestKit
import DriverCore
import DriverTestKit
import Glibc
import LocalClient
import NetworkTypes
import StateStore
import TestSupport
import Testing

@testable import swiftvlan

@Suite("The commands status and inspect")
struct StatusCommandTests {
    /// Writes the record of a network whose parent does not exist.
    private static func prepare(_ daemon: DaemonProcess) throws {
        let store = try FileStateStore.open(
            stateDirectory: daemon.records.state, runtimeDirectory: daemon.records.runtime)
        try store.save(
            Network(
                id: .first, attachment: .macvlan(.bridge), parent: .existing("absent0"), isInternal: false,
                pools: [AddressPool(subnet: "192.168.50.0/24")]))
    }

    /// Runs a command of the program with the daemon's directories.
    private static func run(
        _ arguments: [String], beside daemon: DaemonProcess
    ) throws -> (status: Int32?, output: String) {
        let environment = [
            "SWIFTVLAN_CONFIG": "/dev/null", "SWIFTVLAN_STATE_DIRECTORY": daemon.records.state,
            "SWIFTVLAN_RUNTIME_DIRECTORY": daemon.records.runtime, "DOCKER_HOST": "unix:///nowhere/docker.sock",
        ]
        let process = try ChildProcess(
            DaemonProcess.ownNetwork + [DaemonProcess.program] + arguments, environment: environment,
            output: daemon.directory.file("command"))
        return (process.exitStatus(), process.output)
    }

    private static func json(_ output: String) throws -> StatusDocument {
        let line = try #require(output.split(separator: "\n").last { $0.hasPrefix("{") }, "\(output)")
        return try #require(ControlJSON.read(StatusDocument.self, from: Array(line.utf8)))
    }

    @Test("With and without a daemon they show the same networks, and without one they say what to do")
    func withAndWithout() async throws {
        try await onOwnThread {
            let daemon = DaemonProcess(in: try TemporaryDirectory())
            try Self.prepare(daemon)
            try daemon.startWithControl()
            let client = LocalClient(path: "\(daemon.records.runtime)/\(ControlListener.fileName)")
            let answer = try client.get("/v1/status")
            let served = try #require(ControlJSON.read(StatusDocument.self, from: answer.body))
            #expect(served.networks.map(\.state) == [NetworkStateDocument(.waiting, link: "absent0")])
            let shown = try Self.json(Self.run(["status", "--json"], beside: daemon).output)
            #expect(shown.networks == served.networks && shown.daemon == served.daemon)
            #expect(try Self.run(["status"], beside: daemon).output.contains("waiting for absent0"))
            #expect(try Self.run(["inspect", "\(NetworkID.first.short)"], beside: daemon).status == 0)
            let unknown = try Self.run(["inspect", "nothing"], beside: daemon)
            #expect(unknown.status == 1 && unknown.output.contains("link called \"nothing\""))

            try daemon.stop()
            let alone = try Self.run(["status", "--json"], beside: daemon)
            #expect(alone.status == 0)
            #expect(alone.output.contains("start it: systemctl start swiftvlan"), "\(alone.output)")
            let document = try Self.json(alone.output)
            #expect(document.networks == served.networks && document.links == served.links)
            #expect(document.daemon == nil)
            #expect(try Self.run(["status", "--watch"], beside: daemon).status == 1)
        }
    }

    @Test("A client that waits for a change does not delay the daemon's end")
    func stop() async throws {
        try await onOwnThread {
            let daemon = DaemonProcess(in: try TemporaryDirectory())
            try daemon.startWithControl()
            let path = "\(daemon.records.runtime)/\(ControlListener.fileName)"
            let answer = try LocalClient(path: path).get("/v1/status")
            let document = try #require(ControlJSON.read(StatusDocument.self, from: answer.body))
            let waiting = try HTTPClient(path: path)
            waiting.send("GET /v1/status?after=\(document.revision)&wait=30 HTTP/1.1\r\nHost: localhost\r\n\r\n")
            daemon.signal(SIGTERM)
            // Far less than the 30 seconds that the client would wait.
            #expect(daemon.exitStatus(within: 20) == 0)
        }
    }
}
