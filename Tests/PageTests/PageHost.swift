import CallTestKit
import ControlAPI
import DaemonTestKit
import Foundation
import Glibc
import TestSupport

/// A daemon that serves the page over TCP, and a browser, in a network namespace of their own.
struct PageHost {
    private static let port = 9469
    /// Links for parents, some with names that browsers must not interpret.
    private static let links = ["lan0", "lan1", "gone0", "<script>", "<img&onerror"]

    private let daemon: DaemonProcess
    /// A process that keeps the namespace while no daemon runs.
    private let keeper: ChildProcess
    /// The command that runs the program after it in the namespace.
    private let launcher: [String]
    private let directory: TemporaryDirectory
    let address = "http://127.0.0.1:\(port)/"

    static func with(_ body: @escaping @Sendable (PageHost, Browser) throws -> Void) async throws {
        try await onOwnThread {
            let host = try PageHost()
            let browser = try Browser(in: host.directory, launcher: host.launcher)
            try body(host, browser)
        }
    }

    private init() throws {
        directory = try TemporaryDirectory()
        let veths = Self.links.enumerated().map { number, name in
            """
            ip link add '\(name)' type veth peer name peer\(number) && ip link set '\(name)' up && \
            ip link set peer\(number) up
            """
        }
        let script = (["ip link set lo up"] + veths + ["echo ready", "exec sleep infinity"]).joined(separator: " && ")
        let keeper = try ChildProcess(
            DaemonProcess.ownNetwork + ["sh", "-c", script], output: directory.file("namespace.log"))
        self.keeper = keeper
        guard eventually(within: 60, { keeper.output == "ready\n" || keeper.exitStatus(within: 0) != nil }),
            keeper.exitStatus(within: 0) == nil
        else { throw ProcessError("the links cannot be created: \(keeper.output)") }
        launcher = ["nsenter", "--net=/proc/\(keeper.id)/ns/net", "--"]
        daemon = DaemonProcess(
            Self.program, launcher: launcher + ChildProcess.tie, in: directory,
            arguments: ["--metrics-listen", "127.0.0.1:\(Self.port)"])
        try daemon.start()
    }

    /// The program that was built together with these tests.
    private static let program = {
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let length = readlink("/proc/self/exe", &buffer, buffer.count)
        let tests = String(decoding: buffer.prefix(max(0, length)), as: UTF8.self)
        return String(tests.prefix(through: tests.lastIndex(of: "/") ?? tests.startIndex)) + "swiftvlan"
    }()

    func run(_ command: String...) throws {
        try ChildProcess.run(launcher + command, output: directory.file("command.log"))
    }

    /// Stops the daemon; `start` starts the next one.
    func stop() throws { try daemon.stop() }

    func start() throws { try daemon.start() }

    /// The answer to `GET /v1/status` on the control socket.
    func status() throws -> StatusDocument {
        let path = daemon.records.runtime + "/control.sock"
        let answer = try HTTPClient(path: path).call(Array("GET /v1/status HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8))
        guard let document = ControlJSON.read(StatusDocument.self, from: Array(answer.body.utf8)) else {
            throw ProcessError("the daemon answers \(answer.body)")
        }
        return document
    }

    func createNetwork(_ id: String, parent: String, subnet: String) throws {
        try call(
            EngineCall(
                .createNetwork, network: Self.full(id), options: ["parent": parent], pools: [(subnet, nil)]))
    }

    func createEndpoint(_ id: String, in network: String, address: String) throws {
        try call(
            EngineCall(
                .createEndpoint, network: Self.full(network), endpoint: Self.full(id), addresses: [address]))
    }

    private func call(_ call: EngineCall) throws {
        let answer = try daemon.call(call.path, call.body)
        guard answer.status == 200, !answer.body.contains("\"Err\"") else {
            throw ProcessError("\(call.path): \(answer.body)")
        }
    }

    private static func full(_ id: String) -> String { String(repeating: id, count: 64 / id.count) }
}
