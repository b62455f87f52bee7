import DaemonTestKit
import HTTPServer
import TestSupport
import Testing

@Suite("Refused requests")
struct RefusalTests {
    /// Sends bytes that the server must refuse, on a new connection.
    private func expectRefusal(
        _ status: Int, of request: String, saying words: String, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        try await RunningServer.with { server in
            let client = try server.connect()
            client.send(request)
            let response = try client.response()
            #expect(response.status == status, sourceLocation: sourceLocation)
            #expect(response.refusal?.contains(words) == true, "\(response.body)", sourceLocation: sourceLocation)
            #expect(response.closesConnection, sourceLocation: sourceLocation)
            #expect(try client.isClosed(), sourceLocation: sourceLocation)
            #expect(server.responder.paths == [], sourceLocation: sourceLocation)
        }
    }

    @Test("Requests other than POST are refused with 405", arguments: ["GET", "PUT", "DELETE", "OPTIONS", "PATCH"])
    func method(_ method: String) async throws {
        try await expectRefusal(405, of: "\(method) /Echo HTTP/1.1\r\nHost: x\r\n\r\n", saying: "/Echo: use POST")
    }

    @Test("A refusal with 405 names the allowed method")
    func allow() async throws {
        try await RunningServer.with { server in
            let client = try server.connect()
            client.send("GET /Plugin.Activate HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try client.response().headers["allow"] == "POST")
        }
    }

    @Test("Requests with the method HEAD are refused without a body, as HTTP demands")
    func head() async throws {
        try await RunningServer.with { server in
            let client = try server.connect()
            client.send("HEAD /Page HTTP/1.1\r\nHost: x\r\n\r\n")
            var bytes: [UInt8] = []
            while let more = try client.receive() { bytes += more }
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(text.hasPrefix("HTTP/1.1 405 ") && text.contains("Allow: GET\r\n"), "\(text)")
            #expect(text.hasSuffix("\r\n\r\n"), "\(text)")
        }
    }

    @Test("Requests that the responder refuses by their head are refused before the body arrives")
    func byHead() async throws {
        try await expectRefusal(
            403, of: "POST /Echo HTTP/1.1\r\nHost: forbidden\r\nContent-Length: 1000\r\n\r\n", saying: "forbidden")
    }

    @Test("GET requests with a body are refused with 413")
    func bodyOfGet() async throws {
        try await expectRefusal(
            413, of: "GET /Page HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n", saying: "has no body")
        try await expectRefusal(
            413, of: "GET /Page HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n",
            saying: "has no body")
    }

    @Test("Requests that announce a large body are refused with 413 before the body arrives")
    func announcedLength() async throws {
        let tooMuch = (1 << 20) + 1
        try await expectRefusal(
            413, of: "POST /Echo HTTP/1.1\r\nHost: x\r\nContent-Length: \(tooMuch)\r\n\r\n", saying: "1048576 bytes")
        try await expectRefusal(
            413, of: "POST /Echo HTTP/1.1\r\nHost: x\r\nContent-Length: \(UInt64.max)\r\n\r\n", saying: "1048576 bytes")
    }

    @Test("Requests with a large body in chunks are refused with 413")
    func chunks() async throws {
        let chunk = "20000\r\n" + String(repeating: "x", count: 0x20000) + "\r\n"
        let head = "POST /Echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        try await expectRefusal(
            413, of: head + String(repeating: chunk, count: 9) + "0\r\n\r\n", saying: "1048576 bytes")
    }

    enum Excess: CaseIterable {
        case value, name, all, count

        var fields: [String] {
            switch self {
            case .value: ["Long: " + String(repeating: "x", count: 9 << 10)]
            case .name: [String(repeating: "x", count: 9 << 10) + ": long"]
            case .all: (0..<8).map { "Field\($0): " + String(repeating: "x", count: 5 << 10) }
            case .count: (0..<65).map { "Field\($0): x" }
            }
        }
    }

    @Test("Requests with a head beyond a limit are refused with 400", arguments: Excess.allCases)
    func head(_ excess: Excess) async throws {
        try await expectRefusal(400, of: post("/Echo", fields: excess.fields), saying: "not HTTP/1.1")
    }

    @Test(
        "Requests that are not HTTP are refused with 400",
        arguments: [
            "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}\u{1}\u{fc}", "hello\r\n\r\n", "POST\r\n\r\n", "{\"a\":1}\r\n\r\n",
            "POST /Echo HTTP/9.9\r\n\r\n", "POST /Echo HTTP/1.1\r\nContent-Length: many\r\n\r\n",
            "POST /Echo HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
            "POST /Echo HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
            "POST /Echo HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
            "POST /Echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
            "POST /Echo HTTP/1.1\r\nbad name: x\r\n\r\n",
        ])
    func garbage(_ bytes: String) async throws {
        try await expectRefusal(400, of: bytes, saying: "not HTTP/1.1")
    }

    @Test("Requests with an endless path are refused with 400")
    func endlessPath() async throws {
        try await expectRefusal(
            400, of: "POST /" + String(repeating: "x", count: 4 << 20), saying: "not HTTP/1.1")
    }

    @Test("A refusal reaches a client that sends its whole request before it reads")
    func answerBeforeTheBodyHasGone() async throws {
        try await RunningServer.with { server in
            let client = try server.connect()
            let length = 8 << 20
            client.send("POST /Echo HTTP/1.1\r\nHost: x\r\nContent-Length: \(length)\r\n\r\n")
            for _ in 0..<8 { #expect(client.send(Array(repeating: 0, count: 1 << 20))) }
            client.send(post("/Echo", "ignored"))
            #expect(try client.response().status == 413)
            #expect(try client.isClosed())
            #expect(server.responder.paths == [])
        }
    }

    @Test("Requests are refused after the answer to an earlier one, and later bytes are ignored")
    func behindAGoodOne() async throws {
        try await RunningServer.with { server in
            let client = try server.connect()
            client.send(post("/Slow", "good") + "rubbish\r\n\r\n" + post("/Echo", "late"))
            let responses = try client.responses(2)
            #expect(responses.map(\.status) == [200, 400])
            #expect(responses[0].body == "good")
            #expect(try client.isClosed())
            #expect(server.responder.paths == ["/Slow"])
        }
    }

}
