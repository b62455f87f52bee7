import Glibc
import SystemCalls
import TestSupport
import Testing

@testable import Doctor

@Suite("Question to the daemon's TCP address")
struct MetricsProbeTests {
    /// A TCP socket of the loopback interface that answers one connection with a text; nil listens to nobody.
    private func probe(answering text: String?) async throws -> String? {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        try #require(listener >= 0)
        defer { close(listener) }
        let any = try #require(InternetAddress("127.0.0.1:0"))
        try #require(any.with { bind(listener, $0, $1) } == 0)
        var bound = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let named = withUnsafeMutablePointer(to: &bound) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(listener, $0, &size) }
        }
        try #require(named == 0)
        let address = try #require(InternetAddress("127.0.0.1:\(UInt16(bigEndian: bound.sin_port))"))
        guard let text else { return TCPMetricsProbe(address).fault() }
        try #require(listen(listener, 1) == 0)
        async let fault = onOwnThread { TCPMetricsProbe(address).fault() }
        try await onOwnThread {
            let connection = accept(listener, nil, nil)
            defer { close(connection) }
            var request = [UInt8](repeating: 0, count: 512)
            _ = recv(connection, &request, request.count, 0)
            let answer = Array(text.utf8)
            _ = send(connection, answer, answer.count, Int32(MSG_NOSIGNAL))
        }
        return try await fault
    }

    @Test("A daemon that answers has no fault")
    func served() async throws { #expect(try await probe(answering: "HTTP/1.1 200 OK\r\n\r\nok") == nil) }

    @Test("A port without a listener is named as such")
    func refused() async throws { #expect(try await probe(answering: nil) == "nothing listens") }

    @Test(
        "Another answer, or none, is that of another program",
        arguments: ["", "HTTP/1.1 404 Not Found\r\n", "SSH-2.0-x"])
    func other(answer: String) async throws {
        #expect(try await probe(answering: answer)?.hasPrefix("another program has the port") == true)
    }
}
