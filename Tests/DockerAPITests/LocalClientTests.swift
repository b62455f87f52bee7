import Glibc
import NIOCore
import TestSupport
import Testing

@testable import LocalClient

@Suite("Requests over a Unix socket", .timeLimit(.minutes(5)))
struct LocalClientTests {
    /// Returns the error of a request.
    private func failure(
        of client: LocalClient, _ target: String = "/x", within limit: Duration = .seconds(60)
    ) -> LocalClientError? {
        do throws(LocalClientError) {
            let answer = try client.get(target, within: limit)
            Issue.record("an answer with status \(answer.status)")
            return nil
        } catch {
            return error
        }
    }

    @Test("An answer in chunks is put together")
    func chunks() throws {
        let body = (0..<100_000).map { UInt8(truncatingIfNeeded: $0) }
        let server = try ScriptedServer(ScriptedServer.chunked(body))
        let answer = try LocalClient(path: server.path).get("/networks")
        #expect(answer == LocalResponse(status: 200, body: body))
    }

    @Test("An answer that arrives byte by byte is put together")
    func bytes() throws {
        let text = "HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\n\r\nhello"
        let server = try ScriptedServer(text.utf8.map { [$0] })
        let answer = try LocalClient(path: server.path).get("/networks")
        #expect(answer == LocalResponse(status: 404, body: Array("hello".utf8)))
    }

    @Test("An answer without a length ends with the connection")
    func untilClose() throws {
        let server = try ScriptedServer("HTTP/1.1 200 OK\r\n\r\nall of it")
        #expect(try LocalClient(path: server.path).get("/").body == Array("all of it".utf8))
    }

    @Test("A request carries its method, target and body")
    func request() throws {
        let server = try ScriptedServer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        let client = LocalClient(path: server.path)
        _ = try client.get("/a?b=c")
        _ = try client.post("/v1/gc", body: Array("{}".utf8))
        let heads = server.heads
        #expect(heads.first?.hasPrefix("GET /a?b=c HTTP/1.1\r\n") == true)
        #expect(heads.last?.hasPrefix("POST /v1/gc HTTP/1.1\r\n") == true)
        #expect(heads.last?.contains("Content-Length: 2\r\n") == true)
    }

    @Test("A target that would end the request's first line early is refused", arguments: ["/a b", "/a\r\nX: y", "/ä"])
    func target(_ target: String) throws {
        let server = try ScriptedServer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        let error = try #require(failure(of: LocalClient(path: server.path), target))
        #expect(error.description.contains("cannot contain"))
        #expect(server.heads.isEmpty)
    }

    @Test("A socket that does not exist is reported as missing")
    func missing() throws {
        let directory = try TemporaryDirectory()
        let error = try #require(failure(of: LocalClient(path: directory.file("no.sock"))))
        #expect(error.reason == .missing)
        #expect(error.description == "there is no socket at \(directory.path)/no.sock")
    }

    @Test("A socket whose server is gone is reported as not served")
    func refused() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("stale.sock")
        close(try ScriptedServer.listen(path, queue: 1))
        let error = try #require(failure(of: LocalClient(path: path)))
        #expect(error.reason == .notServed)
        #expect(error.description == "no process serves the socket \(path)")
    }

    @Test("A socket that the user may not open is reported as such", arguments: [EACCES, EPERM])
    func notPermitted(code: Int32) throws {
        // Root may open every socket.
        let error = LocalClientError(IOError(errnoCode: code, reason: "connect"), path: "/run/x.sock")
        #expect(error.reason == .notPermitted)
        #expect(error.description == "this user may not open the socket /run/x.sock")
    }

    @Test("A path that is too long for a socket is reported as such")
    func longPath() throws {
        let path = "/" + String(repeating: "x", count: 200)
        let error = try #require(failure(of: LocalClient(path: path)))
        #expect(error.description == "\(path) is too long for the path of a socket")
    }

    @Test(
        "A server that never answers is given up after the time limit", arguments: ["", "HTTP/1.1 200 OK\r\nContent"])
    func silence(text: String) throws {
        let server = try ScriptedServer(text, then: .silence)
        let error = try #require(failure(of: LocalClient(path: server.path), within: .milliseconds(50)))
        #expect(error.reason == .broken)
        #expect(error.description == "the process that serves \(server.path) did not answer within 0.05 seconds")
    }

    @Test("A server that does not accept connections is given up after the time limit")
    func notAccepting() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("busy.sock")
        let listener = try ScriptedServer.listen(path, queue: 0)
        defer { close(listener) }
        let client = LocalClient(path: path)
        // The first connection waits in the queue, which is full then.
        let first = try #require(failure(of: client, within: .milliseconds(50)))
        #expect(first.description.contains("did not answer within"))
        let second = try #require(failure(of: client, within: .milliseconds(50)))
        #expect(second.reason == .broken)
    }

    @Test(
        "An answer that is not HTTP is reported as such", arguments: ["garbage\r\n\r\n", "SSH-2.0-x\r\n", "\0\0\0\0"])
    func garbage(text: String) throws {
        let server = try ScriptedServer(text)
        let error = try #require(failure(of: LocalClient(path: server.path)))
        #expect(error.reason == .broken)
        #expect(error.description == "the process that serves \(server.path) does not answer with HTTP")
    }

    @Test(
        "An answer that breaks off is reported as such",
        arguments: [
            "", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        ])
    func cut(text: String) throws {
        let server = try ScriptedServer(text)
        let error = try #require(failure(of: LocalClient(path: server.path)))
        #expect(error.reason == .broken)
    }

    @Test("An answer with more than the allowed size is refused")
    func tooBig() throws {
        let body = [UInt8](repeating: 0x20, count: 10_001)
        let server = try ScriptedServer(ScriptedServer.chunked(body))
        let error = try #require(failure(of: LocalClient(path: server.path, bodyLimit: 10_000)))
        #expect(error.description.contains("more than 10000 bytes"))
        #expect(try LocalClient(path: server.path, bodyLimit: 10_001).get("/").body == body)
    }
}
