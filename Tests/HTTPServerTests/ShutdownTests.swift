import DaemonTestKit
import Glibc
import HTTPServer
import TestSupport
import Testing

@Suite("A server that stops")
struct ShutdownTests {
    @Test("A server that stops closes idle connections and takes no new ones")
    func idle() async throws {
        try await RunningServer.with { server in
            let used = try server.connect()
            used.send(post("/Echo", "x"))
            #expect(try used.response().body == "x")
            let unused = try server.connect()
            #expect(eventually { server.openConnections == 2 })
            // False if a connection delayed the stop until the time limit.
            #expect(try server.stop() == true)
            #expect(try used.isClosed())
            #expect(try unused.isClosed())
            #expect(throws: CallError.self) { try server.connect() }
        }
    }

    @Test("A server that stops answers the pending call and then closes the connection")
    func inFlight() async throws {
        try await RunningServer.with { server in
            let client = try server.connect()
            client.send(post("/Held", "x"))
            #expect(eventually { server.responder.paths == ["/Held"] })
            #expect(try server.stop { server.responder.release() } == true)
            let response = try client.response()
            #expect(response.body == "x")
            #expect(response.closesConnection)
            #expect(try client.isClosed())
        }
    }

    @Test("A server that stops answers a client that has just connected")
    func justConnected() async throws {
        try await RunningServer.with { server in
            let client = try server.connect()
            #expect(eventually { server.openConnections == 1 })
            #expect(try server.stop { client.send(post("/Echo", "x")) } == true)
            let response = try client.response()
            #expect(response.body == "x")
            #expect(response.closesConnection)
            #expect(try client.isClosed())
        }
    }

    @Test("A server that stops reads the rest of a request that has begun")
    func halfARequest() async throws {
        try await RunningServer.with { server in
            let client = try server.connect()
            client.send("POST /Echo HTTP/1.1\r\nContent-Length: 4\r\n\r\nab")
            #expect(client.staysSilent(milliseconds: 200))
            #expect(try server.stop { client.send("cd") } == true)
            #expect(try client.response().body == "abcd")
        }
    }

    @Test("A server that stops waits for the call of a client that has disconnected")
    func goneClient() async throws {
        try await RunningServer.with { server in
            try server.connect().send(post("/Held", "x"))
            #expect(eventually { server.responder.paths == ["/Held"] })
            #expect(try server.stop { server.responder.release() } == true)
            // The count includes the call that shows when the stop has begun.
            #expect(server.responder.answered == 2)
        }
    }

    @Test("A server that stops gives up an unanswered call, reports it, and drops its late answer")
    func hanging() async throws {
        try await RunningServer.with({ $0.shutdownSeconds = 1 }) { server in
            let client = try server.connect()
            client.send(post("/Held", "x"))
            #expect(eventually { server.responder.paths == ["/Held"] })
            #expect(try server.stop() == false)
            #expect(try client.isClosed())
            server.responder.release()
            #expect(eventually { server.responder.answered == 1 })
        }
    }
}
