import Glibc
import LocalClient
import TestSupport
import Testing

@testable import DockerAPI

@Suite("Requests to Docker", .timeLimit(.minutes(5)))
struct DockerClientTests {
    /// Returns the error of a request.
    private func failure<Value>(_ request: () throws(DockerError) -> Value) -> DockerError? {
        do throws(DockerError) {
            _ = try request()
            Issue.record("no error")
            return nil
        } catch {
            return error
        }
    }

    @Test("A missing socket leads to the command that starts Docker Engine")
    func missing() throws {
        let directory = try TemporaryDirectory()
        let error = try #require(failure(DockerClient(path: directory.file("docker.sock")).version))
        #expect(error.cause == .missing)
        #expect(
            error.description == """
                Docker cannot be asked: there is no socket at \(directory.path)/docker.sock; start Docker Engine with: \
                systemctl start docker
                """)
    }

    @Test("A user without access is advised to use root or the group docker")
    func notPermitted() {
        let advice = DockerError.advice(for: .notPermitted)
        #expect(advice.hasSuffix("add the user to the group docker, which is equivalent to root"))
    }

    @Test("A silent Docker is given up after the time limit")
    func silence() throws {
        let server = try ScriptedServer("", then: .silence)
        let client = DockerClient(path: server.path, within: .milliseconds(50))
        let error = try #require(failure(client.networks))
        #expect(error.cause == .broken)
        #expect(error.description.hasSuffix("did not answer within 0.05 seconds"))
    }

    @Test("A refusal contains Docker's own words")
    func refusal() throws {
        let server = try ScriptedServer(status: 404, json: #"{"message":"network x not found"}"#)
        let client = DockerClient(path: server.path)
        let error = try #require(failure { () throws(DockerError) in try client.network("x") })
        #expect(error.description == "Docker refused /networks/x: network x not found")
        #expect(error.cause == nil)
    }

    @Test("A refusal without words has its status", arguments: ["", "<html>", "{}", "null"])
    func wordlessRefusal(body: String) throws {
        let server = try ScriptedServer(status: 502, json: body)
        let error = try #require(failure(DockerClient(path: server.path).version))
        #expect(error.description == "Docker refused /version: status 502")
    }

    @Test(
        "An answer with unexpected JSON is described with the place of the mistake",
        arguments: [
            ("", "it is not JSON"), ("[", "it is not JSON"), ("{}", "a value has the wrong type"),
            (#"[{"Id":"a"}]"#, #""Name" is missing at 0"#),
            (#"[{"Id":7,"Name":"x"}]"#, "a value has the wrong type at 0.Id"),
        ])
    func garbage(json: String, reason: String) throws {
        let server = try ScriptedServer(json: json)
        let error = try #require(failure(DockerClient(path: server.path).networks))
        #expect(error.description == "Docker's answer to /networks cannot be read: \(reason)")
    }

    @Test(
        "A name is escaped in the path",
        arguments: [
            ("lan", "lan"), ("a b", "a%20b"), ("a/../b", "a%2F..%2Fb"), ("x?y#z", "x%3Fy%23z"), ("ü\n", "%C3%BC%0A"),
            ("100%", "100%25"), ("~._-", "~._-"),
        ])
    func escaping(name: String, path: String) throws {
        let server = try ScriptedServer(json: #"{"Id":"i","Name":"n"}"#)
        _ = try DockerClient(path: server.path).network(name)
        #expect(server.heads.first?.hasPrefix("GET /networks/\(path) HTTP/1.1\r\n") == true)
    }

    @Test("A name that would lead to another path is not asked for", arguments: ["", ".", ".."])
    func noName(name: String) throws {
        let server = try ScriptedServer(json: "[]")
        let client = DockerClient(path: server.path)
        let error = try #require(failure { () throws(DockerError) in try client.network(name) })
        #expect(error.description == "Docker has no network \"\(name)\"")
        #expect(server.heads.isEmpty)
    }

    @Test("A long list of networks is read")
    func many() throws {
        let networks = (0..<4000).map { #"{"Id":"\#($0)","Name":"n\#($0)","Driver":"swiftvlan"}"# }
        let server = try ScriptedServer(json: "[\(networks.joined(separator: ","))]")
        let read = try DockerClient(path: server.path).networks()
        #expect(read.count == 4000)
        #expect(read.last?.name == "n3999")
    }
}

/// The only suite that changes the environment; nothing else here reads it.
@Suite("DOCKER_HOST", .serialized)
struct DockerHostTests {
    private func withHost(_ value: String?, _ body: () throws -> Void) rethrows {
        let old = getenv("DOCKER_HOST").map { String(cString: $0) }
        defer { if let old { setenv("DOCKER_HOST", old, 1) } else { unsetenv("DOCKER_HOST") } }
        if let value { setenv("DOCKER_HOST", value, 1) } else { unsetenv("DOCKER_HOST") }
        try body()
    }

    @Test("Without DOCKER_HOST, Docker's usual socket is asked", arguments: [nil, ""])
    func unset(value: String?) {
        withHost(value) { #expect(DockerClient.fromEnvironment()?.path == "/var/run/docker.sock") }
    }

    @Test("A Unix socket in DOCKER_HOST is asked")
    func unix() {
        withHost("unix:///run/user/1000/docker.sock") {
            #expect(DockerClient.fromEnvironment()?.path == "/run/user/1000/docker.sock")
        }
    }

    @Test("Another DOCKER_HOST is not supported", arguments: ["tcp://10.0.0.1:2375", "ssh://host", "/run/docker.sock"])
    func other(value: String) {
        withHost(value) {
            #expect(DockerClient.fromEnvironment() == nil)
            let sentence = DockerError.unsupportedHost.description
            #expect(sentence.hasPrefix("DOCKER_HOST is \"\(value)\", but"))
            #expect(sentence.hasSuffix("unset DOCKER_HOST for this command"))
        }
    }
}
