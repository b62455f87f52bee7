import DaemonTestKit
import Glibc
import HTTPServer
import Synchronization
import SystemCalls
import TestSupport
import Testing

/// A server on its own socket.
final class RunningServer: Sendable {
    let path: String
    /// The address of the same server over TCP.
    let address: InternetAddress
    let responder = FakeResponder()
    private let directory: TemporaryDirectory
    private let server: HTTPServer
    private let network: HTTPServer
    private let isStopped = Mutex(false)

    private init(_ limits: HTTPServer.Limits) throws {
        directory = try TemporaryDirectory()
        path = directory.file("plugin.sock")
        server = try HTTPServer(socket: try ListeningSocket.bind(path: path), responder: responder, limits: limits)
        let any = try #require(InternetAddress("127.0.0.1:0"))
        let socket = try ListeningSocket.bind(any)
        address = try #require(InternetAddress(boundOn: socket.descriptor))
        network = try HTTPServer(socket: socket, responder: responder, limits: limits)
    }

    /// Runs a server while the body runs.
    static func with(
        _ change: (inout HTTPServer.Limits) -> Void = { _ in },
        _ body: @escaping @Sendable (RunningServer) throws -> Void
    ) async throws {
        var limits = HTTPServer.Limits()
        change(&limits)
        try await onOwnThread { [limits] in
            let server = try RunningServer(limits)
            defer {
                server.responder.release()
                _ = try? server.stop()
            }
            try body(server)
        }
    }

    func connect() throws -> HTTPClient { try HTTPClient(path: path) }

    /// Lets every user connect, and connects as the user nobody in the given group.
    func open(to group: UInt32) throws -> HTTPClient {
        guard chmod(path, 0o666) == 0, chmod(directory.path, 0o755) == 0 else { throw CallError(call: "chmod") }
        return try asNobody(inGroup: group) { try connect() }
    }

    /// Shuts the server down, once.
    func stop() throws -> Bool? {
        let isFirst = isStopped.withLock { isStopped in
            defer { isStopped = true }
            return !isStopped
        }
        guard isFirst else { return nil }
        let allAnswered = try server.shutDown()
        _ = try network.shutDown()
        return allAnswered
    }

    /// Shuts the server down, and runs the body once that has begun: a server that stops closes idle connections.
    func stop(afterItHasBegun body: @escaping @Sendable () -> Void) throws -> Bool? {
        let idle = try connect()
        idle.send(post("/Echo", "x"))
        _ = try idle.response()
        startOnOwnThread {
            _ = try? idle.isClosed()
            body()
        }
        return try stop()
    }

    /// The number of open connections: the kernel's count of sockets with the path (proc(5)).
    var openConnections: Int {
        let table = (try? readTextFile("/proc/net/unix")) ?? ""
        let listening = 1
        return table.split(separator: "\n").count { $0.hasSuffix(" \(path)") } - listening
    }
}
