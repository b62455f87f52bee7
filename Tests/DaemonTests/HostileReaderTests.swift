import ControlServer
import DaemonTestKit
import Glibc
import HTTPServer
import KernelTestKit
import SystemCalls
import TestSupport
import Testing

/// Clients of the control socket and of TCP that do not behave.
@Suite("Hostile clients of the control socket and of TCP", .serialized, .needsNetworkNamespaces)
struct HostileReaderTests {
    enum Way: CaseIterable {
        case socket, tcp

        var connections: Int {
            switch self {
            case .socket: HTTPServer.Limits.control.connections
            case .tcp: HTTPServer.Limits.metrics.connections
            }
        }
    }

    private static func with(
        _ way: Way, _ body: @escaping @Sendable (DaemonProcess, () throws -> HTTPClient) throws -> Void
    )
        async throws
    {
        try await DaemonProcess.withMetrics { daemon, address in
            try body(daemon) {
                switch way {
                case .socket: try HTTPClient(path: daemon.controlSocket)
                case .tcp: try HTTPClient(address)
                }
            }
        }
    }

    /// Expects that the daemon answers Docker's calls, and has not grown by more than a few megabytes.
    private static func expectService(_ daemon: DaemonProcess, since memory: Int) throws {
        for _ in 0..<20 {
            let answer = try daemon.call(Calls.createNetwork.0, Calls.createNetwork.1)
            #expect(answer.refusal?.contains("absent0") == true)
        }
        let growth = try #require(daemon.usage?.residentKilobytes) - memory
        #expect(growth < 16384, "kilobytes, from \(memory)")
    }

    /// Makes the requests once, so that what the daemon keeps for good is there, and returns its memory.
    private static func warmUp(_ daemon: DaemonProcess, _ connect: () throws -> HTTPClient) throws -> Int {
        for path in ["/", "/v1/status", "/metrics", "/v1/events"] {
            for _ in 0..<50 { _ = try connect().call(Array(get(path).utf8)) }
        }
        _ = try daemon.call(Calls.createNetwork.0, Calls.createNetwork.1)
        return try #require(daemon.usage?.residentKilobytes)
    }

    @Test("Clients that send thousands of requests and read no answer delay no call", arguments: Way.allCases)
    func notReading(_ way: Way) async throws {
        try await Self.with(way) { daemon, connect in
            let memory = try Self.warmUp(daemon, connect)
            let requests = String(repeating: get("/v1/status"), count: 300)
            let clients = try (0..<30).map { _ in
                let client = try connect()
                client.sendSome(requests)
                return client
            }
            try Self.expectService(daemon, since: memory)
            withExtendedLifetime(clients) {}
        }
    }

    @Test("Two hundred connections, silent or waiting for news, delay no call", arguments: Way.allCases)
    func manyConnections(_ way: Way) async throws {
        try await Self.with(way) { daemon, connect in
            let memory = try Self.warmUp(daemon, connect)
            let idle = try #require(daemon.usage?.openDescriptors)
            let limit = way.connections
            do {
                // Most of them wait in the kernel's queue.
                let clients = try (0..<200).map { number in
                    let client = try connect()
                    if number.isMultiple(of: 2) { client.send(get("/v1/events?wait=30")) }
                    return client
                }
                try Self.expectService(daemon, since: memory)
                #expect(eventually { (daemon.usage?.openDescriptors ?? 0) >= idle + limit / 2 })
                // Time to accept more, if nothing prevents that.
                #expect(clients[1].staysSilent(milliseconds: 500))
                let descriptors = try #require(daemon.usage?.openDescriptors)
                #expect(descriptors <= idle + limit)
            }
            let answer = try connect().call(Array(get("/healthz").utf8))
            #expect(answer.status == 200)
        }
    }

    @Test("Clients that send rubbish delay no call and leave nothing behind", arguments: Way.allCases)
    func garbage(_ way: Way) async throws {
        try await Self.with(way) { daemon, connect in
            let memory = try Self.warmUp(daemon, connect)
            let idle = try #require(daemon.usage?.openDescriptors)
            var requests = MalformedRequests(seed: 7)
            for number in 0..<1000 {
                let client = try connect()
                client.send(requests.nextBytes())
                client.endSending()
                if number.isMultiple(of: 2) { while try client.receive() != nil {} }
            }
            try Self.expectService(daemon, since: memory)
            #expect(eventually { (daemon.usage?.openDescriptors ?? .max) <= idle })
            let answer = try connect().call(Array(get("/v1/status").utf8))
            #expect(answer.status == 200)
        }
    }
}

/// Brings up the loopback link of the calling thread's network namespace.
func bringUpLoopback() throws {
    let status = try ChildProcess(["ip", "link", "set", "lo", "up"], output: "/dev/null").exitStatus()
    guard status == 0 else { throw ProcessError("cannot set the loopback link up") }
}

extension DaemonProcess {
    /// The control socket in the runtime directory.
    var controlSocket: String { "\(records.runtime)/control.sock" }

    /// Starts the daemon and waits for its control socket, which it opens after Docker's.
    func startWithControl() throws {
        try start()
        guard eventually({ (try? HTTPClient(path: controlSocket)) != nil }) else {
            throw ProcessError("the daemon does not open its control socket: \(output)")
        }
    }

    /// Runs a daemon that also listens on TCP, in the network namespace of the body's thread.
    static func withMetrics(
        _ body: @escaping @Sendable (DaemonProcess, InternetAddress) throws -> Void
    ) async throws {
        try await onOwnThread {
            try OpenNetworkNamespace.enterNew()
            try bringUpLoopback()
            let address = try #require(InternetAddress("127.0.0.1:9469"))
            let daemon = DaemonProcess(
                program, in: try TemporaryDirectory(), arguments: ["--metrics-listen", "\(address)"])
            try daemon.startWithControl()
            try body(daemon, address)
        }
    }
}
