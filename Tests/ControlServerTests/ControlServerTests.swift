import ControlAPI
import DaemonTestKit
import TestSupport
import Testing

@Suite("The control socket's answers")
struct ControlServerTests {
    @Test("The parameters of a request reach the source")
    func parameters() async throws {
        try await RunningControl.with { control in
            for request in [
                "/v1/status?after=1-2&wait=30", "/v1/status?after=a.b_c-d", "/v1/events", "/v1/events?",
                "/v1/events?after=17&limit=5&wait=0", "/v1/events?wait=1&after=18446744073709551615",
            ] {
                let status = try control.answer(to: get(request)).status
                #expect(status == 200, "\(request)")
            }
            #expect(
                control.source.questions == [
                    "status after 1-2 within 30.0 seconds", "status after a.b_c-d within 0.0 seconds",
                    "events after 0, at most 1000, within 0.0 seconds",
                    "events after 0, at most 1000, within 0.0 seconds",
                    "events after 17, at most 5, within 0.0 seconds",
                    "events after 18446744073709551615, at most 1000, within 1.0 seconds",
                ])
        }
    }

    @Test(
        "A parameter that is not understood is refused with the place and what to write",
        arguments: [
            ("/v1/status?wait=abc", "/v1/status: wait must be a whole number from 0 to 30"),
            ("/v1/status?wait=31", "/v1/status: wait must be a whole number from 0 to 30"),
            ("/v1/status?wait=-1", "/v1/status: wait must be a whole number from 0 to 30"),
            ("/v1/status?wiat=1", #"/v1/status: unknown parameter "wiat=1"; use after, wait"#),
            ("/v1/status?limit=1", #"/v1/status: unknown parameter "limit=1"; use after, wait"#),
            ("/v1/status?after", #"/v1/status: unknown parameter "after"; use after, wait"#),
            ("/v1/status?wait=1&", #"/v1/status: unknown parameter ""; use after, wait"#),
            ("/v1/status?wait=1&wait=2", #"/v1/status: parameter "wait" is there twice; name it once"#),
            (
                "/v1/status?after=a%20b",
                "/v1/status: after must have 1 to 64 letters, digits, dots, hyphens and underscores"
            ),
            ("/v1/status?after=", "/v1/status: after must have 1 to 64 letters, digits, dots, hyphens and underscores"),
            ("/v1/events?after=x", "/v1/events: after must be a position, the number next of an earlier answer"),
            ("/v1/events?limit=0", "/v1/events: limit must be a whole number from 1 to 1000"),
            ("/metrics?name=x", #"/metrics: unknown parameter "name=x"; this path has no parameters"#),
        ])
    func mistakes(_ path: String, _ sentence: String) async throws {
        try await RunningControl.with { control in
            let answer = try control.answer(to: get(path))
            #expect(answer.status == 400)
            #expect(ControlJSON.read(ErrorDocument.self, from: Array(answer.bodyBytes))?.error == sentence)
            #expect(control.source.questions == [])
        }
    }

    @Test("A request for a newer status is answered with 304 if there is none")
    func unchanged() async throws {
        try await RunningControl.with { control in
            let answer = try control.answer(to: get("/v1/status?after=\(FakeSource.revision)&wait=1"))
            #expect(answer.status == 304)
            #expect(answer.body == "")
        }
    }

    @Test("Answers are not stored, not read as another type, and not read by pages of other servers")
    func protection() async throws {
        try await RunningControl.with { control in
            for path in ControlPath.allCases where !path.changesSomething {
                let headers = try control.answer(to: get(path.rawValue), .tcp).headers
                #expect(headers["cache-control"] == "no-store", "\(path)")
                #expect(headers["x-content-type-options"] == "nosniff", "\(path)")
                #expect(headers["referrer-policy"] == "no-referrer", "\(path)")
                #expect(headers["cross-origin-resource-policy"] == "same-origin", "\(path)")
                #expect(headers["access-control-allow-origin"] == nil, "\(path)")
            }
            for path in [ControlPath.page, .pageScript, .pageStyle] {
                let policy = try control.answer(to: get(path.rawValue)).headers["content-security-policy"]
                #expect(policy?.hasPrefix("default-src 'self'; ") == true)
                #expect(policy?.contains("unsafe") == false)
            }
        }
    }

    @Test(
        "A server on the loopback address answers only to local names, so that no web page can read it",
        arguments: [
            ("localhost:9469", true), ("LOCALHOST", true), ("nas.localhost:9469", true), ("127.0.0.1:9469", true),
            ("[::1]:9469", true), ("evil.example:9469", false), ("localhost.evil.example", false),
            ("127.0.0.1.evil", false),
            ("evillocalhost", false),
        ])
    func rebinding(_ host: String, _ isAnswered: Bool) async throws {
        try await RunningControl.with { control in
            let request = "GET /v1/status HTTP/1.1\r\nHost: \(host)\r\n\r\n"
            let (tcp, file) = (try control.answer(to: request, .tcp), try control.answer(to: request))
            #expect(tcp.status == (isAnswered ? 200 : 403))
            #expect(file.status == 200)
        }
    }

    @Test("A list of garbage that cannot be read is refused, and one of 15,000 identifiers is read")
    func garbage() async throws {
        try await RunningControl.with { control in
            for body in ["", "[]", "{}", #"{"networks":1,"endpoints":[]}"#, "\u{0}"] {
                let status = try control.answer(to: post("/v1/gc", body)).status
                #expect(status == 400, "\(body)")
            }
            #expect(control.source.questions == [])
            let id = String(repeating: "a1", count: 32)
            let many = GarbageRequest(asOf: 0, networks: Array(repeating: id, count: 15_000))
            let body = String(decoding: ControlJSON.bytes(of: many), as: UTF8.self)
            let answer = try control.answer(to: post("/v1/gc", body))
            #expect(ControlJSON.read(GarbageDocument.self, from: Array(answer.bodyBytes))?.networks.count == 15_000)
        }
    }
}
