import FoundationEssentials
import Glibc
import LocalClient
import Spelling

/// Reads networks and containers from Docker Engine, as `docker` itself does; only for the commands.
///
/// Calls block, at most for ten seconds each.
package struct DockerClient: Sendable {
    /// The socket of Docker Engine.
    package static let defaultPath = "/var/run/docker.sock"

    private let client: LocalClient
    /// The path of the socket.
    var path: String { client.path }

    /// The time limit of a request.
    private let limit: Duration

    package init(path: String = defaultPath, within limit: Duration = .seconds(10)) {
        client = LocalClient(path: path)
        self.limit = limit
    }

    /// The socket that `DOCKER_HOST` names, or else the usual one; nil if it names no Unix socket, which
    /// `DockerError.unsupportedHost` explains.
    package static func fromEnvironment() -> DockerClient? {
        guard let text = hostInEnvironment else { return DockerClient() }
        guard text.hasPrefix("unix://") else { return nil }
        return DockerClient(path: String(text.dropFirst("unix://".count)))
    }

    /// The environment variable `DOCKER_HOST`; nil if it is unset or empty, which `docker` does not distinguish.
    static var hostInEnvironment: String? {
        let text = getenv("DOCKER_HOST").map { String(cString: $0) } ?? ""
        return text.isEmpty ? nil : text
    }

    package func version() throws(DockerError) -> DockerVersion { try get("/version") }

    /// Returns all networks, without their containers.
    package func networks() throws(DockerError) -> [DockerNetwork] { try get("/networks") }

    /// Returns a network, by name or identifier, with its containers.
    package func network(_ name: String) throws(DockerError) -> DockerNetwork {
        // Without a name, and with these, the path leads elsewhere.
        guard !["", ".", ".."].contains(name) else {
            throw DockerError(description: "Docker has no network \(name.debugDescription)", cause: nil)
        }
        return try get("/networks/\(Self.encoded(name))")
    }

    /// Returns all containers, also those that do not run.
    package func containers() throws(DockerError) -> [DockerContainer] { try get("/containers/json?all=true") }

    /// Returns what `docker inspect` shows of a container, by name or identifier.
    package func details(of container: String) throws(DockerError) -> DockerContainerDetails {
        try get("/containers/\(Self.encoded(container))/json")
    }

    /// Returns the services of the swarm; Docker refuses this on a host that is no manager.
    package func services() throws(DockerError) -> [DockerService] { try get("/services") }

    private struct Refusal: Decodable { let message: String }

    private func get<Value: Decodable>(_ target: String) throws(DockerError) -> Value {
        let answer: LocalResponse
        do throws(LocalClientError) {
            answer = try client.get(target, within: limit)
        } catch {
            throw DockerError(error)
        }
        guard answer.status == 200 else {
            let message = (try? JSONDecoder().decode(Refusal.self, from: Data(answer.body)))?.message
            throw DockerError(
                description: "Docker refused \(target): \(message ?? "status \(answer.status)")", cause: nil,
                isNotFound: answer.status == 404)
        }
        do {
            return try JSONDecoder().decode(Value.self, from: Data(answer.body))
        } catch {
            throw DockerError(
                description: "Docker's answer to \(target) cannot be read: \(sentence(for: error))", cause: nil)
        }
    }

    /// Escapes a name for a path (RFC 3986, section 2.3).
    private static func encoded(_ name: String) -> String {
        name.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
                UInt8(ascii: "~"):
                String(UnicodeScalar(byte))
            default: (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
            }
        }.joined()
    }
}
