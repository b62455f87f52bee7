/// A service of a swarm (`GET /services` of the Engine API).
package struct DockerService: Decodable, Hashable, Sendable {
    package var name: String
    package var networks: [Network]

    /// A network that the service's tasks join.
    package struct Network: Decodable, Hashable, Sendable {
        /// The network's identifier, or its name.
        package var target: String
        package var aliases: [String]?

        enum CodingKeys: String, CodingKey {
            case target = "Target"
            case aliases = "Aliases"
        }
    }

    enum CodingKeys: String, CodingKey { case spec = "Spec" }

    private struct Spec: Decodable {
        let name: String
        /// Where clients before API 1.44 wrote the networks.
        let networks: [Network]?
        let task: Task?

        enum CodingKeys: String, CodingKey {
            case name = "Name"
            case networks = "Networks"
            case task = "TaskTemplate"
        }
    }

    private struct Task: Decodable {
        let networks: [Network]?

        enum CodingKeys: String, CodingKey { case networks = "Networks" }
    }

    package init(from decoder: any Decoder) throws {
        let spec = try decoder.container(keyedBy: CodingKeys.self).decode(Spec.self, forKey: .spec)
        name = spec.name
        networks = spec.task?.networks ?? spec.networks ?? []
    }
}
