import DockerAPI

/// Moves networks of this host together: containers leave, networks are replaced, containers join again.
struct LocalStage {
    private let networks: [NetworkCommands]
    private let members: [Member]
    private let leftovers: [[String]]
    private let configurations: [Configuration]

    /// A network that only holds settings, and must change with the network that uses it.
    private struct Configuration {
        let network: DockerNetwork
        let options: [String: String]
    }

    init(_ networks: [NetworkCommands], in inventory: DockerInventory) {
        self.networks = networks
        members = Self.members(of: networks, in: inventory)
        leftovers = networks.flatMap { Self.leftovers(of: $0.network, in: inventory) }
        configurations = networks.compactMap { commands in
            guard let network = inventory.configuration(of: commands.network) else { return nil }
            let moved = MovedOptions(network.options, from: commands.origin)
            return moved.options == network.options ? nil : Configuration(network: network, options: moved.options)
        }
    }

    var stage: Stage {
        let names = networks.map { "\($0.network.name) (\($0.network.driver))" }.joined(separator: ", ")
        var stage = Stage("\(networks.count == 1 ? "Network" : "Networks") \(names)")
        stage.networks = networks.map(\.network.name)
        stage.notes = notes
        stage.move =
            members.map { .command($0.disconnection) } + leftovers.map { .attempt($0) }
            + networks.map { .command($0.removal) } + replaced { .command($0) } + switching(forward: true)
            + networks.map { .command($0.creation) } + members.map { .command($0.connection) }
        stage.back =
            members.map { .attempt($0.disconnection) } + networks.map { .attempt($0.removal) } + restored()
            + switching(forward: false)
            + networks.map { .command($0.restoration) } + members.map { .command($0.restoration) }
        return stage
    }

    /// Containers whose address is certain come first, so that Docker gives it to no other.
    static func members(
        of networks: [NetworkCommands], in inventory: DockerInventory,
        where belongs: (DockerContainerDetails) -> Bool = { $0.service == nil }
    ) -> [Member] {
        let containers = inventory.containers.filter(belongs).sorted { $0.name < $1.name }
        let all = networks.flatMap { commands in containers.compactMap { Member($0, of: commands) } }
        return all.filter(\.isFixed) + all.filter { !$0.isFixed && $0.hasAddress }
            + all.filter { !$0.isFixed && !$0.hasAddress }
    }

    /// Returns the commands for endpoints without a container, with which Docker refuses to remove a network.
    private static func leftovers(of network: DockerNetwork, in inventory: DockerInventory) -> [[String]] {
        let known = Set(inventory.containers.map(\.id))
        return network.containers.filter { !known.contains($0.key) }.map(\.value.name).sorted()
            .map { ["docker", "network", "disconnect", "-f"] + NetworkCommands.names(network.name, $0) }
    }

    private func replaced(_ line: ([String]) -> Stage.Line) -> [Stage.Line] {
        configurations.flatMap { configuration in
            [
                line(["docker", "network", "rm"] + NetworkCommands.name(configuration.network.name)),
                line(NetworkCommands.configuration(configuration.network, options: configuration.options)),
            ]
        }
    }

    private func restored() -> [Stage.Line] {
        configurations.flatMap { configuration -> [Stage.Line] in
            [
                .attempt(["docker", "network", "rm"] + NetworkCommands.name(configuration.network.name)),
                .command(
                    NetworkCommands.configuration(configuration.network, options: configuration.network.options)),
            ]
        }
    }

    /// A host runs either the package or the managed plugin.
    private func switching(forward: Bool) -> [Stage.Line] {
        guard let first = networks.first, case .swiftvlan(let old) = first.origin else { return [] }
        let (from, to) = forward ? (old, first.target) : (first.target, old)
        return Self.driver(from, runs: false) + Self.driver(to, runs: true)
    }

    private static func driver(_ name: String, runs: Bool) -> [Stage.Line] {
        let isPackage = name == "swiftvlan"
        let words =
            isPackage
            ? ["systemctl", runs ? "enable" : "disable", "--now", "swiftvlan.socket", "swiftvlan.service"]
            : ["docker", "plugin", runs ? "enable" : "disable", name]
        return [runs ? .command(words) : .attempt(words)]
    }
}

extension LocalStage {
    private var notes: [String] {
        var notes = networks.flatMap(\.moved.notes)
        let stay = names { !$0.isFixed && $0.hasAddress }
        if !stay.isEmpty { notes.append("Docker chose the addresses of \(stay); they become fixed (--ip).") }
        let lost = names { !$0.isFixed && !$0.hasAddress && $0.network.addressing.driver != "null" }
        if !lost.isEmpty {
            notes.append("Stopped, and without a fixed address: \(lost). Docker chooses an address at the next start.")
        }
        let stuck = names(where: \.namesIdentifier)
        if !stuck.isEmpty {
            notes.append(
                "CREATE AGAIN after the move: \(stuck). Docker 26 and later cannot start these containers, because they "
                    + "were created with the network's identifier (--network ID), which changes.")
        }
        if networks.contains(where: { $0.network.addressing.driver == "null" }) {
            notes.append("swiftvlan has no DHCP client: run one in each container, such as udhcpc.")
        }
        return notes + Self.kindNotes(networks)
    }

    /// The names of the containers to which a condition applies, separated by commas.
    private func names(where condition: (Member) -> Bool) -> String {
        Set(members.filter(condition).map(\.container.name)).sorted().joined(separator: ", ")
    }

    /// Docker accepts both kinds on one parent, but the containers of the second network have never worked.
    private static func kindNotes(_ networks: [NetworkCommands]) -> [String] {
        let macvlan = networks.filter { $0.origin == .macvlan }.map(\.network.name)
        let ipvlan = networks.filter { $0.origin == .ipvlan }.map(\.network.name)
        guard !macvlan.isEmpty, !ipvlan.isEmpty, networks.first?.network.options["parent"] != nil else { return [] }
        return [
            "A parent carries either macvlan or ipvlan, and swiftvlan refuses the second kind: move either "
                + "\(macvlan.joined(separator: ", ")) or \(ipvlan.joined(separator: ", "))."
        ]
    }
}

extension DockerInventory {
    /// Returns the network that holds another one's settings.
    func configuration(of network: DockerNetwork) -> DockerNetwork? {
        network.configFrom.isEmpty ? nil : networks.first { $0.isConfigOnly && $0.name == network.configFrom }
    }
}
