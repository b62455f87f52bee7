import ControlAPI
import ControlServer
import DaemonTestKit
import DriverTestKit
import HTTPServer
import KernelHostNetwork
import RemoteDriver
import TestSupport
import Testing

@testable import DriverCore
@testable import swiftvlan

/// A control socket over a driver on a host in memory, and an engine's socket beside it.
final class ServedControl: Sendable {
    let directory: TemporaryDirectory
    let driver: DriverActor
    let source: DaemonControl
    let lines = LogLines()
    let docker: FakeDocker
    let socket: String
    let dockerSocket: String
    private let servers: [HTTPServer]

    init(docker: FakeDocker) throws {
        directory = try TemporaryDirectory()
        self.docker = docker
        let logger = lines.logger
        driver = try DriverActor(
            host: FakeHost.usual(), store: MemoryStore(), reaper: LinkReaper(logger: logger),
            limits: RetryLimits(parentWait: 0, orphanAge: 30), systemStart: SystemStart(time: .zero), lan: nil,
            logger: logger)
        let daemon = DaemonDocument(version: "0", startedAt: 1, processID: 1, canUseLAN: false)
        source = DaemonControl(
            driver: driver, scheduler: ReconcileScheduler(driver, orphanAge: .seconds(30)),
            keeper: StatusKeeper(driver, host: FakeHost.usual(), daemon: daemon, logger: logger), eventLog: EventLog())
        socket = directory.file("control.sock")
        dockerSocket = directory.file("docker.sock")
        servers = [
            try HTTPServer(
                socket: try ListeningSocket.bind(path: socket),
                responder: ControlResponder(source, allowsChanges: true)),
            try HTTPServer(socket: try ListeningSocket.bind(path: dockerSocket), responder: docker),
        ]
    }

    deinit {
        for server in servers { _ = try? server.shutDown() }
        try? driver.finish()
    }

    /// Has Docker's call carried out.
    func call(_ method: String, _ body: String) async throws {
        let decoded = CallTable.decode(path: "/NetworkDriver.\(method)", body: Array(body.utf8))
        guard case .driver(let call) = decoded else { throw ProcessError("\(method) is not a call") }
        let answer = await driver.carryOut(call).answer(logger: lines.logger)
        #expect(!String(decoding: answer.body, as: UTF8.self).contains("Err"))
    }

    /// Lets Docker's latest calls be long ago.
    func forgetCalls() throws { try driver.perform { $0.recentCalls = RecentCalls(start: 0) } }

    /// Runs a command of the program on this control socket until it exits.
    func run(_ arguments: [String], docker: String? = nil) async throws -> (status: Int32?, output: String) {
        let (socket, dockerSocket, output) = (socket, docker ?? dockerSocket, directory.file("output"))
        return try await onOwnThread {
            let process = try ChildProcess(
                [DaemonProcess.program] + arguments + ["--control-socket", socket],
                environment: ["DOCKER_HOST": "unix://\(dockerSocket)", "SWIFTVLAN_CONFIG": "/dev/null", "TZ": "UTC"],
                output: output)
            return (process.exitStatus(), process.output)
        }
    }
}
