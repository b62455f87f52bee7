import DockerAPI

/// Moves a network of a swarm: its services leave, the network is replaced on a manager, the services join again.
struct SwarmStage {
    private let commands: NetworkCommands
    private let services: [DockerService]
    private let members: [Member]
    private let configuration: DockerNetwork?

    init(_ commands: NetworkCommands, in inventory: DockerInventory) {
        self.commands = commands
        let network = commands.network
        services = inventory.services.filter { service in
            service.networks.contains { $0.target == network.id || $0.target == network.name }
        }.sorted { $0.name < $1.name }
        members = LocalStage.members(of: [commands], in: inventory)
        configuration = inventory.configuration(of: network)
    }

    var stage: Stage {
        var stage = Stage("Swarm network \(commands.network.name) (\(commands.network.driver)): run this on a manager")
        stage.networks = [commands.network.name]
        stage.notes = commands.moved.notes + notes
        stage.move =
            services.map { .command(leave($0)) } + members.map { .command($0.disconnection) }
            + [.command(commands.removal)] + configurationLines(\.moved.options)
            + [.command(commands.creation)] + services.map { .command(join($0)) }
            + members.map { .command($0.connection) }
        stage.back =
            services.map { .attempt(leave($0)) } + members.map { .attempt($0.disconnection) }
            + [.attempt(commands.removal)] + configurationLines(\.network.options, isBack: true)
            + [.command(commands.restoration)] + services.map { .command(join($0)) }
            + members.map { .command($0.restoration) }
        return stage
    }

    private var notes: [String] {
        var notes = ["Swarm supports managed plugins only: every node needs the plugin \(commands.target)."]
        if services.isEmpty {
            notes.append("No services are known here. If this host is no manager, run swiftvlan migrate on one.")
        }
        return notes
    }

    private func leave(_ service: DockerService) -> [String] {
        ["docker", "service", "update", "--network-rm", commands.network.name, service.name]
    }

    private func join(_ service: DockerService) -> [String] {
        let network = commands.network
        let aliases = service.networks.first { $0.target == network.id || $0.target == network.name }?.aliases ?? []
        // `docker stack deploy` gives each service its short name as alias.
        let value = (["name=\(network.name)"] + aliases.map { "alias=\($0)" }).joined(separator: ",")
        return ["docker", "service", "update", "--network-add", aliases.isEmpty ? network.name : value, service.name]
    }

    /// The settings on each node change if swiftvlan needs other options, such as a mode for ipvlan.
    private func configurationLines(
        _ options: KeyPath<NetworkCommands, [String: String]>, isBack: Bool = false
    ) -> [Stage.Line] {
        guard let configuration else { return [] }
        let node = NetworkCommands(configuration, from: commands.origin, to: commands.target, engine: 0)
        guard node.moved.options != configuration.options else { return [] }
        let removal = ["docker", "network", "rm"] + NetworkCommands.name(configuration.name)
        let creation = NetworkCommands.configuration(configuration, options: node[keyPath: options])
        return [
            isBack ? .attempt(removal) : .command(removal), .command(creation),
            .comment("On each other node, with its own --ip-range and parent:"),
            .comment("    \(Shell.line(removal))"), .comment("    \(Shell.line(creation))"),
        ]
    }
}
