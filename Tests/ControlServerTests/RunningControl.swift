import ControlServer
import DaemonTestKit
import Glibc
import HTTPServer
import SystemCalls
import TestSupport
import Testing

/// A control server on its own socket and, for the same source, on TCP.
final class RunningControl: Sendable {
    /// How a client connects.
    enum Way: CaseIterable {
        case root, operatorOfGroup, tcp
    }

    let source = FakeSource()
    private let directory: TemporaryDirectory
    private let path: String
    private let address: InternetAddress
    private let servers: [HTTPServer]

    private init() throws {
        directory = try TemporaryDirectory()
        path = directory.file("control.sock")
        guard chmod(directory.path, 0o711) == 0 else { throw CallError(call: "chmod") }
        let file = try ListeningSocket.bind(path: path, mode: 0o660)
        let socket = try ListeningSocket.bind(try #require(InternetAddress("127.0.0.1:0")))
        address = try #require(InternetAddress(boundOn: socket.descriptor))
        servers = [
            try HTTPServer(socket: file, responder: ControlResponder(source, allowsChanges: true), limits: .control),
            try HTTPServer(
                socket: socket, responder: ControlResponder(source, allowsChanges: false, isLocal: true),
                limits: .metrics),
        ]
    }

    /// Runs the servers while the body runs.
    static func with(_ body: @escaping @Sendable (RunningControl) throws -> Void) async throws {
        try await onOwnThread {
            let control = try RunningControl()
            defer { for server in control.servers { _ = try? server.shutDown() } }
            try body(control)
        }
    }

    func connect(_ way: Way = .root) throws -> HTTPClient {
        switch way {
        case .root: try HTTPClient(path: path)
        // The group of the test's own process, which has created the socket.
        case .operatorOfGroup: try asNobody(inGroup: 0) { try HTTPClient(path: path) }
        case .tcp: try HTTPClient(address)
        }
    }

    /// Makes one request on a new connection.
    func answer(to request: String, _ way: Way = .root) throws -> DaemonTestKit.HTTPResponse {
        try connect(way).call(Array(request.utf8))
    }
}
