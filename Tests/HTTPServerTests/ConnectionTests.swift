import DaemonTestKit
import Glibc
import HTTPServer
import TestSupport
import Testing

@Suite("Slow and vanished clients")
struct ConnectionTests {
    private static let oneSecond = { @Sendable (limits: inout HTTPServer.Limits) in limits.arrivalSeconds = 1 }

    /// Expects that the server closes the connection, and not before its time limit of one second. A busy machine may
    /// close it late.
    private static func expectCutOff(_ client: HTTPClient, since start: ContinuousClock.Instant) throws {
        #expect(try client.isClosed())
        #expect(ContinuousClock.now - start > .milliseconds(950))
    }

    @Test("A connection that sends nothing is closed after its time limit")
    func silent() async throws {
        try await RunningServer.with(Self.oneSecond) { server in
            let start = ContinuousClock.now
            try Self.expectCutOff(try server.connect(), since: start)
        }
    }

    @Test("A connection that sends a request byte by byte is closed after the request's time limit")
    func dripping() async throws {
        try await RunningServer.with(Self.oneSecond) { server in
            let start = ContinuousClock.now
            let client = try server.connect()
            let request = post("/Echo", "x").utf8
            let sent = request.prefix { client.send([$0]) && client.staysSilent(milliseconds: 100) }
            try Self.expectCutOff(client, since: start)
            #expect(sent.count < request.count)
            #expect(server.responder.paths == [])
        }
    }

    @Test("A connection stays open after its answer, and its next request has its own time limit")
    func idle() async throws {
        try await RunningServer.with(Self.oneSecond) { server in
            let client = try server.connect()
            for _ in 0..<2 {
                client.send(post("/Echo", "x"))
                #expect(try client.response().body == "x")
                #expect(client.staysSilent(milliseconds: 1500))
            }
            let start = ContinuousClock.now
            client.send("POST /Echo")
            try Self.expectCutOff(client, since: start)
        }
    }

    @Test("A connection with a request behind a slow answer gets that answer and the next")
    func behindASlowAnswer() async throws {
        try await RunningServer.with(Self.oneSecond) { server in
            let client = try server.connect()
            client.send(post("/Held", "slow"))
            #expect(eventually { server.responder.paths == ["/Held"] })
            client.send(post("/Echo", "next"))
            #expect(client.staysSilent(milliseconds: 1500))
            server.responder.release()
            #expect(try client.responses(2).map(\.body) == ["slow", "next"])
        }
    }

    @Test("A connection with half a request behind a slow answer is closed after its time limit")
    func halfARequestBehindASlowAnswer() async throws {
        try await RunningServer.with(Self.oneSecond) { server in
            let client = try server.connect()
            client.send(post("/Held", "slow"))
            #expect(eventually { server.responder.paths == ["/Held"] })
            client.send("POST /Echo")
            #expect(client.staysSilent(milliseconds: 1200))
            server.responder.release()
            #expect(try client.response().body == "slow")
            #expect(try client.isClosed())
        }
    }

    @Test("A refused connection that keeps sending is closed after its time limit")
    func refusedAndStaying() async throws {
        try await RunningServer.with(Self.oneSecond) { server in
            let client = try server.connect()
            client.send("GET / HTTP/1.1\r\n\r\n")
            #expect(try client.response().status == 405)
            #expect(try client.isClosed())
            #expect(eventually { !client.send("more") })
            #expect(eventually { server.openConnections == 0 })
        }
    }

    @Test(
        "A connection that ends at any byte of a request leaves nothing behind",
        arguments: ["", "POST", "POST /Echo HTTP/1.1\r\nContent-", post("/Echo", "x") + "POST", post("/Held", "x")])
    func gone(_ bytes: String) async throws {
        try await RunningServer.with { server in
            for number in 0..<20 {
                let client = try server.connect()
                client.send(bytes)
                if number.isMultiple(of: 2) { client.endSending() }
            }
            #expect(eventually { server.openConnections == 0 })
            server.responder.release()
            #expect(eventually { server.responder.answered == server.responder.paths.count })
            let next = try server.connect()
            next.send(post("/Echo", "next"))
            #expect(try next.response().body == "next")
        }
    }

    @Test("A connection that ends in the middle of a large answer leaves nothing behind")
    func goneWhileBeingAnswered() async throws {
        try await RunningServer.with { server in
            for _ in 0..<5 {
                let client = try server.connect()
                client.send(post("/Large"))
                #expect(try client.receive() != nil)
            }
            #expect(eventually { server.openConnections == 0 })
        }
    }

    @Test("A client that sends thousands of requests and reads no answer does not grow the server's memory")
    func sendingWithoutReading() async throws {
        try await RunningServer.with { server in
            let client = try server.connect()
            client.send(String(repeating: post("/Large"), count: 500))
            #expect(eventually { !server.responder.paths.isEmpty })
            // Other clients are served during this time, which keeps the server's one thread busy.
            let other = try server.connect()
            for _ in 0..<50 {
                other.send(post("/Echo", "x"))
                #expect(try other.response().body == "x")
            }
            #expect(server.responder.paths.count { $0 == "/Large" } == 1)
        }
    }

    @Test("A client that does not read its answer is cut off after the time limit, if there is one")
    func notReading() async throws {
        try await RunningServer.with({ $0.readingSeconds = 1 }) { server in
            let client = try server.connect()
            let start = ContinuousClock.now
            client.send(post("/Large"))
            #expect(eventually { server.openConnections == 0 })
            #expect(ContinuousClock.now - start > .milliseconds(950))
        }
    }

    @Test("An idle connection is closed after the time limit, if there is one, and not while its answer is pending")
    func idleLimit() async throws {
        try await RunningServer.with({ $0.idleSeconds = 1 }) { server in
            let (idle, waiting) = (try server.connect(), try server.connect())
            waiting.send(get("/HeldPage"))
            idle.send(get("/Page"))
            _ = try idle.response()
            let start = ContinuousClock.now
            try Self.expectCutOff(idle, since: start)
            #expect(waiting.staysSilent(milliseconds: 1500))
            server.responder.release()
            #expect(try waiting.response().body == "{}")
        }
    }

    @Test("While clients leave too much unread, large answers are refused with 503 and small ones are given")
    func unreadAnswers() async throws {
        try await RunningServer.with({ $0.unreadBytes = 3 << 20 }) { server in
            var lazy = try (0..<3).map { _ in
                let client = try server.connect()
                client.send(get("/LargePage"))
                return client
            }
            #expect(eventually { server.responder.answered == 3 })
            let refused = try server.connect()
            refused.send(get("/LargePage"))
            let refusal = try refused.response()
            #expect(refusal.status == 503)
            #expect(refusal.closesConnection)
            let other = try server.connect()
            other.send(get("/Page"))
            #expect(try other.response().status == 200)
            lazy.removeLast()
            #expect(
                try eventually {
                    let again = try server.connect()
                    again.send(get("/LargePage"))
                    return try again.response().status == 200
                })
        }
    }

    @Test("A client that leaves before its answers makes no room for more calls than the limit allows")
    func leftCalls() async throws {
        try await RunningServer.with({ $0.connections = 3 }) { server in
            for count in 1...3 {
                let client = try server.connect()
                client.send(get("/HeldPage"))
                #expect(eventually { server.responder.paths.count == count })
            }
            #expect(eventually { server.openConnections == 0 })
            let next = try server.connect()
            next.send(get("/Page"))
            #expect(next.staysSilent(milliseconds: 200))
            server.responder.release()
            #expect(try next.response().status == 200)
        }
    }

    @Test("Connections beyond the limit wait in the queue, with their requests")
    func connectionLimit() async throws {
        try await RunningServer.with({ $0.connections = 3 }) { server in
            var kept = try (0..<3).map { _ in try server.connect() }
            for client in kept {
                client.send(post("/Echo", "x"))
                #expect(try client.response().body == "x")
            }
            let waiting = try server.connect()
            waiting.send(post("/Echo", "later"))
            #expect(waiting.staysSilent(milliseconds: 200))
            #expect(server.responder.paths.count == 3)
            kept.removeLast()
            #expect(try waiting.response().body == "later")
        }
    }
}
