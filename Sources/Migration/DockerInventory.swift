package import DockerAPI

/// What Docker has: the input of a plan.
package struct DockerInventory: Sendable {
    package var networks: [DockerNetwork]
    package var containers: [DockerContainerDetails]
    /// Empty on a host that is no manager of a swarm.
    package var services: [DockerService]
    /// The version of the engine, such as `26.1.5+dfsg1`.
    package var engine: String

    package init(
        networks: [DockerNetwork], containers: [DockerContainerDetails] = [], services: [DockerService] = [],
        engine: String = ""
    ) {
        self.networks = networks
        self.containers = containers
        self.services = services
        self.engine = engine
    }

    /// Returns whether a network has a driver whose networks can move, swiftvlan's own included.
    package static func canMove(_ network: DockerNetwork) -> Bool { !network.isConfigOnly && Origin(network) != nil }

    /// The first number of the engine's version; 0 if it is unknown.
    var majorVersion: Int { Int(engine.prefix { $0.isNumber }) ?? 0 }
}

/// Why a network cannot be moved: one sentence.
package struct MigrationRefusal: Error, Hashable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
