import ControlAPI
import DaemonTestKit
import Glibc
import KernelTestKit
import SystemCalls
import TestSupport
import Testing

@Suite("The daemon's control socket")
struct ControlSocketTests {
    private static func mode(of path: String) -> mode_t? {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_mode & 0o7777 : nil
    }

    private static func status(of daemon: DaemonProcess) throws -> StatusDocument? {
        let answer = try HTTPClient(path: daemon.controlSocket).call(Array(get("/v1/status").utf8))
        return ControlJSON.read(StatusDocument.self, from: Array(answer.bodyBytes))
    }

    @Test("The control socket is for root and the daemon's group, and the records beside it only for the daemon")
    func modes() async throws {
        try await onOwnThread {
            let daemon = DaemonProcess(
                in: try TemporaryDirectory(), launcher: ["bash", "-c", #"umask 077; exec "$@""#, "-"])
            try daemon.startWithControl()
            #expect(try Self.status(of: daemon)?.daemon?.processID == daemon.process.id)
            let modes = ["control.sock", "endpoints", "lock", "started"]
                .map { Self.mode(of: "\(daemon.records.runtime)/\($0)") }
            #expect(modes == [0o660, 0o700, 0o600, 0o600])
            try daemon.stop()
            #expect(access(daemon.controlSocket, F_OK) != 0)
        }
    }

    @Test("A control socket that a killed daemon has left is replaced")
    func stale() async throws {
        try await onOwnThread {
            let daemon = DaemonProcess(in: try TemporaryDirectory())
            try daemon.startWithControl()
            try daemon.kill()
            #expect(access(daemon.controlSocket, F_OK) == 0)
            try daemon.startWithControl()
            #expect(try Self.status(of: daemon) != nil)
            try daemon.stop()
        }
    }

    @Test("The daemon serves although its runtime directory's path is too long for a socket, and logs that")
    func longPath() async throws {
        try await onOwnThread {
            let directory = try TemporaryDirectory()
            let long = directory.file(String(repeating: "x", count: 120))
            let daemon = DaemonProcess(in: directory, arguments: ["--runtime-directory", long])
            try daemon.start()
            #expect(try daemon.call("/Plugin.Activate").status == 200)
            try daemon.stop()
            #expect(daemon.output.contains("The control socket cannot be opened"), "\(daemon.output)")
            #expect(daemon.output.contains("a socket path has at most 107 bytes"), "\(daemon.output)")
        }
    }

    @Test("A daemon that stops ends Docker's connections first, whatever clients of its control socket do")
    func stopOrder() async throws {
        try await onOwnThread {
            // A slow machine may see both end at once.
            let isSeen = try (0..<5).contains { _ in try Self.endsDockersFirst() }
            #expect(isSeen)
        }
    }

    /// Stops a daemon while a client of its control socket has sent nothing, which holds up that socket's end.
    private static func endsDockersFirst() throws -> Bool {
        let daemon = DaemonProcess(in: try TemporaryDirectory())
        try daemon.startWithControl()
        let docker = try daemon.connect()
        _ = try docker.call(Array(post("/Plugin.Activate", "").utf8))
        let descriptors = try #require(daemon.usage?.openDescriptors)
        let silent = try HTTPClient(path: daemon.controlSocket)
        #expect(eventually { daemon.usage?.openDescriptors ?? 0 > descriptors })
        daemon.signal(SIGTERM)
        let dockerEnds = try docker.isClosed()
        return dockerEnds && silent.staysSilent(milliseconds: 0)
    }

    @Test("The daemon stops at once although clients wait for news on its control socket")
    func stopWithWaiters() async throws {
        try await onOwnThread {
            let daemon = DaemonProcess(in: try TemporaryDirectory())
            try daemon.startWithControl()
            let revision = try #require(try Self.status(of: daemon)?.revision)
            let clients = try (0..<10).map { _ in try HTTPClient(path: daemon.controlSocket) }
            for client in clients { client.send(get("/v1/status?after=\(revision)&wait=30")) }
            let start = ContinuousClock.now
            try daemon.stop()
            #expect(ContinuousClock.now - start < .seconds(20))
        }
    }
}

@Suite("The daemon's metrics over TCP", .needsNetworkNamespaces)
struct MetricsSocketTests {
    @Test("The daemon serves metrics over TCP where metrics-listen says, and nothing that changes anything")
    func metrics() async throws {
        try await DaemonProcess.withMetrics { daemon, address in
            let answer = try HTTPClient(address).call(Array(get("/v1/status").utf8))
            #expect(answer.status == 200)
            for path in ["/v1/reconcile", "/v1/gc"] {
                let refused = try HTTPClient(address).call(Array(post(path, "{}").utf8))
                #expect(refused.status == 404)
            }
            try daemon.stop()
        }
    }

    @Test(
        "The daemon serves although it cannot listen on the TCP address, and logs why and what to do",
        arguments: [
            ("127.0.0.1:80", "Permission denied; choose a port above 1023"),
            ("127.0.0.1:9469", "Address already in use"),
        ])
    func notPossible(_ address: String, _ reason: String) async throws {
        try await onOwnThread {
            try OpenNetworkNamespace.enterNew()
            try bringUpLoopback()
            let taken = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
            defer { close(taken) }
            #expect(InternetAddress("127.0.0.1:9469")?.with { bind(taken, $0, $1) } == 0)
            #expect(listen(taken, 1) == 0)
            let daemon = DaemonProcess(
                DaemonProcess.program, in: try TemporaryDirectory(), arguments: ["--metrics-listen", address])
            try daemon.start()
            #expect(try daemon.call("/Plugin.Activate").status == 200)
            try daemon.stop()
            #expect(daemon.output.contains("Metrics cannot be served over TCP"), "\(daemon.output)")
            #expect(daemon.output.contains(reason), "\(daemon.output)")
        }
    }
}
