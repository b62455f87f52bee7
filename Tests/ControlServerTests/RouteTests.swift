import ControlAPI
import DaemonTestKit
import Glibc
import TestSupport
import Testing

/// What each request may do: every path with every method, over every way.
@Suite("Routes of the control socket", .enabled(if: geteuid() == 0, "acts as another user"))
struct RouteTests {
    private static let methods = ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"]
    private static let otherPaths = ["/nothing", "/v1", "/v1/status/", "//v1/reconcile", "/v1/%72econcile", "*"]
    private static let garbage = #"{"asOf":1,"networks":["n"],"endpoints":["e"]}"#

    private static func status(of method: String, _ path: ControlPath?, _ way: RunningControl.Way) -> Int {
        guard let path, !(path.changesSomething && way == .tcp) else { return 404 }
        guard path.changesSomething else { return method == "GET" ? 200 : 405 }
        guard method == "POST" else { return 405 }
        return way == .root ? 200 : 403
    }

    /// Sends a request and returns the first line's status; the answer to HEAD has no body.
    private static func send(_ method: String, _ path: String, to client: HTTPClient) throws -> Int {
        let body = method == "GET" || method == "HEAD" ? "" : garbage
        let request =
            "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
        client.send(request)
        guard method == "HEAD" else { return try client.response().status }
        var bytes: [UInt8] = []
        while let more = try client.receive() { bytes += more }
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.hasSuffix("\r\n\r\n"), "\(text)")
        return Int(text.dropFirst("HTTP/1.1 ".count).prefix(3)) ?? 0
    }

    @Test("Every method on every path does exactly what it may", arguments: RunningControl.Way.allCases)
    func walk(_ way: RunningControl.Way) async throws {
        try await RunningControl.with { control in
            let paths = ControlPath.allCases.map { ($0.rawValue, Optional($0)) } + Self.otherPaths.map { ($0, nil) }
            for (text, path) in paths {
                for method in Self.methods {
                    let status = try Self.send(method, text, to: try control.connect(way))
                    #expect(status == Self.status(of: method, path, way), "\(method) \(text)")
                }
            }
            let changes = control.source.questions.filter { $0.hasPrefix("reconcile") || $0.hasPrefix("collect") }
            #expect(changes == (way == .root ? ["reconcile", #"collect ["n"] ["e"]"#] : []))
            // The document and the picture.
            #expect(control.source.questions.count { $0 == "status" } == 2)
            #expect(control.source.questions.count { $0 == "metrics" } == 1)
        }
    }

    @Test("A refusal is a JSON object with one sentence", arguments: RunningControl.Way.allCases)
    func refusals(_ way: RunningControl.Way) async throws {
        try await RunningControl.with { control in
            let requests = [
                get("/nothing"), post("/v1/status"), "GET /v1/gc HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "rubbish\r\n\r\n",
                get("/v1/status?wait=abc"), get("/metrics", fields: ["Content-Length: 5"]),
            ]
            for request in requests {
                let answer = try control.answer(to: request, way)
                #expect([400, 404, 405, 413].contains(answer.status), "\(request)")
                #expect(answer.headers["content-type"] == "application/json")
                let document = ControlJSON.read(ErrorDocument.self, from: Array(answer.bodyBytes))
                #expect(document?.error.isEmpty == false, "\(request): \(answer.body)")
            }
        }
    }
}
