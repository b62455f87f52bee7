import ControlAPI
import DockerAPI

/// Docker's names of networks and containers.
///
/// They are an addition: a user who may not ask Docker sees identifiers.
struct DockerNames {
    /// By network identifier.
    var networks: [String: String] = [:]
    /// The names of containers, by endpoint identifier.
    var containers: [String: String] = [:]

    init() {}

    /// Asks Docker; returns no names if that fails. Blocks for at most a few seconds.
    static func fromDocker() -> DockerNames {
        var names = DockerNames()
        guard let client = DockerClient.fromEnvironment(), let networks = try? client.networks() else { return names }
        for network in networks { names.networks[network.id] = network.name }
        for container in (try? client.containers()) ?? [] {
            for place in container.networks.values where !place.endpointID.isEmpty {
                names.containers[place.endpointID] = container.name
            }
        }
        return names
    }

    /// Adds the names to a document.
    func add(to document: inout StatusDocument) {
        guard !networks.isEmpty else { return }
        for index in document.networks.indices {
            document.networks[index].name = networks[document.networks[index].id]
            for place in document.networks[index].endpoints.indices {
                let id = document.networks[index].endpoints[place].id
                document.networks[index].endpoints[place].container = containers[id]
            }
        }
    }
}
