import DaemonTestKit
import Glibc
import TestSupport
import Testing

@Suite("Answered requests")
struct RequestTests {
    @Test("A call is answered with the protocol's content type")
    func call() async throws {
        try await RunningServer.with { server in
            let client = try server.connect()
            client.send(post("/Echo", #"{"a":1}"#))
            let response = try client.response()
            #expect(response.status == 200)
            #expect(response.body == #"{"a":1}"#)
            #expect(response.headers["content-type"] == "application/vnd.docker.plugins.v1.2+json")
            #expect(!response.closesConnection)
            #expect(server.responder.paths == ["/Echo"])
        }
    }

    @Test("A call without a body is answered by the responder")
    func emptyBody() async throws {
        try await RunningServer.with { server in
            let client = try server.connect()
            client.send(post("/Plugin.Activate"))
            #expect(try client.response().body == "{}")
            #expect(server.responder.paths == ["/Plugin.Activate"])
        }
    }

    @Test("A GET request is answered with the responder's content type, and its query is passed on")
    func get() async throws {
        try await RunningServer.with { server in
            let client = try server.connect()
            for query in ["", "a=1&b=%20?"] {
                client.send(DaemonTestKit.get("/Client?\(query)"))
                let response = try client.response()
                #expect(response.headers["content-type"] == "text/plain")
                #expect(response.body == "\(geteuid()):\(getegid()) \(query)")
                #expect(!response.closesConnection)
            }
        }
    }

    @Test("The server identifies the user and group of a client of a Unix socket, and nobody over TCP")
    func peers() async throws {
        try await RunningServer.with { server in
            let client = try HTTPClient(server.address)
            client.send(DaemonTestKit.get("/Client"))
            #expect(try client.response().body == "unknown ")
            guard geteuid() == 0 else { return }
            let other = try server.open(to: 1234)
            other.send(DaemonTestKit.get("/Client"))
            #expect(try other.response().body == "65534:1234 ")
        }
    }

    @Test("Several calls on one connection are answered one after the other")
    func keepAlive() async throws {
        try await RunningServer.with { server in
            let client = try server.connect()
            for number in 0..<20 {
                client.send(post("/Echo", "\(number)"))
                #expect(try client.response().body == "\(number)")
            }
            #expect(server.openConnections == 1)
        }
    }

    @Test("Pipelined calls are answered in order, although the first takes longest")
    func pipelined() async throws {
        try await RunningServer.with { server in
            let client = try server.connect()
            client.send(post("/Slow", "0") + (1..<50).map { post("/Echo", "\($0)") }.joined())
            #expect(try client.responses(50).map(\.body) == (0..<50).map(String.init))
        }
    }

    @Test("Calls on other connections are answered while one is slow")
    func parallel() async throws {
        try await RunningServer.with { server in
            let slow = try server.connect()
            slow.send(post("/Held", "slow"))
            for number in 0..<5 {
                let other = try server.connect()
                other.send(post("/Echo", "\(number)"))
                #expect(try other.response().body == "\(number)")
            }
            server.responder.release()
            #expect(try slow.response().body == "slow")
        }
    }

    @Test("A call with a body in chunks or in pieces is answered")
    func chunksAndPieces() async throws {
        try await RunningServer.with { server in
            let client = try server.connect()
            client.send("POST /Echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
            client.send("3\r\nabc\r\n2;name=value\r\nde\r\n0\r\n\r\n")
            #expect(try client.response().body == "abcde")
            for byte in post("/Echo", "slowly").utf8 { client.send([byte]) }
            #expect(try client.response().body == "slowly")
        }
    }

    @Test("A call with a body of the largest size is answered")
    func largestBody() async throws {
        try await RunningServer.with { server in
            let client = try server.connect()
            let body = String(repeating: "x", count: 1 << 20)
            client.send(post("/Echo", body))
            #expect(try client.response().body == body)
        }
    }

    @Test(
        "The last call of a connection is answered before the connection closes",
        arguments: [
            post("/Echo", "x", fields: ["Connection: close"]),
            post("/Echo", "x", version: "1.0"),
            post("/Echo", "x", fields: ["Connection: close"]) + post("/Echo", "not asked for"),
        ])
    func lastCall(_ request: String) async throws {
        try await RunningServer.with { server in
            let client = try server.connect()
            client.send(request)
            let response = try client.response()
            #expect(response.body == "x")
            #expect(response.closesConnection)
            #expect(try client.isClosed())
            #expect(server.responder.paths == ["/Echo"])
        }
    }

    @Test("An HTTP/1.0 call that asks to keep the connection is answered")
    func oldKeepAlive() async throws {
        try await RunningServer.with { server in
            let client = try server.connect()
            for _ in 0..<2 {
                client.send(post("/Echo", "x", fields: ["Connection: keep-alive"], version: "1.0"))
                #expect(try client.response().body == "x")
            }
        }
    }

    @Test("A request for a protocol upgrade is answered in HTTP/1.1, as the connection's last")
    func upgrade() async throws {
        try await RunningServer.with { server in
            let client = try server.connect()
            client.send(post("/Echo", fields: ["Connection: Upgrade", "Upgrade: websocket"]))
            let response = try client.response()
            #expect(response.status == 200)
            #expect(response.closesConnection)
            #expect(try client.isClosed())
        }
    }
}
