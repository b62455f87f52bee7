/// What a command needs to connect a container to its networks again (`GET /containers/{id}/json` of the Engine API).
package struct DockerContainerDetails: Decodable, Hashable, Sendable {
    package var id: String
    /// The name, without the leading slash.
    package var name: String
    package var isRunning: Bool
    /// What the user wrote for the first network: a name or an identifier, which Docker looks up at each start.
    package var networkMode: String
    package var labels: [String: String]
    /// The container's networks, by name, or by what the user wrote instead while the container never ran.
    package var networks: [String: DockerAttachment]

    enum CodingKeys: String, CodingKey {
        case id = "Id"
        case name = "Name"
        case state = "State"
        case host = "HostConfig"
        case config = "Config"
        case settings = "NetworkSettings"
    }

    private struct State: Decodable {
        let isRunning: Bool?

        enum CodingKeys: String, CodingKey { case isRunning = "Running" }
    }

    private struct Host: Decodable {
        let networkMode: String?

        enum CodingKeys: String, CodingKey { case networkMode = "NetworkMode" }
    }

    private struct Config: Decodable {
        let labels: [String: String]?

        enum CodingKeys: String, CodingKey { case labels = "Labels" }
    }

    private struct Settings: Decodable {
        let networks: [String: DockerAttachment]?

        enum CodingKeys: String, CodingKey { case networks = "Networks" }
    }

    package init(from decoder: any Decoder) throws {
        let json = try decoder.container(keyedBy: CodingKeys.self)
        id = try json.decode(String.self, forKey: .id)
        let name = try json.decode(String.self, forKey: .name)
        self.name = name.hasPrefix("/") ? String(name.dropFirst()) : name
        isRunning = try json.decodeIfPresent(State.self, forKey: .state)?.isRunning ?? false
        networkMode = try json.decodeIfPresent(Host.self, forKey: .host)?.networkMode ?? ""
        labels = try json.decodeIfPresent(Config.self, forKey: .config)?.labels ?? [:]
        networks = try json.decodeIfPresent(Settings.self, forKey: .settings)?.networks ?? [:]
    }
}
