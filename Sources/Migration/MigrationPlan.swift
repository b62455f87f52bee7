import DockerAPI

/// How networks move to swiftvlan and back: stages in the order in which they must be carried out.
///
/// Docker's address management accepts a subnet once, so that the old network must go before the new one is created.
/// Networks on one parent move together: the VLAN link that Docker's driver created goes with the last of its networks.
package struct MigrationPlan: Sendable {
    package private(set) var networks: [String] = []
    package private(set) var stages: [Stage] = []
    /// The drivers that must serve before anything is removed.
    private(set) var targets: [String] = []

    /// Plans the move of the named networks, or of all that can move, to a driver of this name.
    ///
    /// Without a driver, it is `swiftvlan`, and for networks of a swarm `swiftvlan:latest`, the managed plugin.
    package init(
        of names: [String], in inventory: DockerInventory, to target: String? = nil
    ) throws(MigrationRefusal) {
        if let target, !Origin.isSwiftvlan(target) {
            throw MigrationRefusal("driver \"\(Shell.printable(target))\" is not swiftvlan")
        }
        var chosen: [NetworkCommands] = []
        for network in try Self.networks(names, in: inventory, target: target) {
            guard let origin = Origin(network) else { continue }
            let driver = target ?? (network.scope == "swarm" ? "swiftvlan:latest" : "swiftvlan")
            chosen.append(NetworkCommands(network, from: origin, to: driver, engine: inventory.majorVersion))
        }
        try Self.checkTurns(chosen, in: inventory)
        networks = chosen.map(\.network.name)
        // Where the package and the managed plugin take turns, the new driver cannot serve yet.
        targets = Set(chosen.filter { !$0.takesTurns }.map(\.target)).sorted()
        stages = Self.stages(chosen, in: inventory)
    }

    private static func stages(_ chosen: [NetworkCommands], in inventory: DockerInventory) -> [Stage] {
        var stages: [Stage] = []
        var rest = chosen
        func take(_ belongs: (NetworkCommands) -> Bool) -> [NetworkCommands] {
            defer { rest.removeAll(where: belongs) }
            return rest.filter(belongs)
        }
        // Only one of the package and the managed plugin runs, so that all networks of the other go first.
        let plugins = take(\.takesTurns)
        if !plugins.isEmpty { stages.append(LocalStage(plugins, in: inventory).stage) }
        while let first = rest.first {
            if first.network.scope == "swarm" {
                stages.append(SwarmStage(first, in: inventory).stage)
                rest.removeFirst()
            } else if let project = first.network.composeProject {
                let networks = take { $0.network.composeProject == project && $0.network.scope != "swarm" }
                stages.append(ComposeStage(project, networks, in: inventory).stage)
            } else {
                let parent = first.network.options["parent"] ?? first.network.options["bridge"]
                let networks = take {
                    ($0.network.options["parent"] ?? $0.network.options["bridge"]) == parent
                        && $0.network.scope != "swarm" && $0.network.composeProject == nil
                }
                stages.append(LocalStage(networks, in: inventory).stage)
            }
        }
        return stages
    }

    /// Returns the named networks; without names, all that can move.
    private static func networks(
        _ names: [String], in inventory: DockerInventory, target: String?
    ) throws(MigrationRefusal) -> [DockerNetwork] {
        if names.isEmpty {
            return inventory.networks.filter { network in
                guard !network.isConfigOnly, let origin = Origin(network) else { return false }
                guard case .swiftvlan(let name) = origin else { return true }
                return target.map { $0 != name } ?? false
            }.sorted { $0.name < $1.name }
        }
        var found: [DockerNetwork] = []
        for name in names {
            let network = try network(name, in: inventory)
            try check(network, in: inventory, target: target ?? "swiftvlan")
            if !found.contains(network) { found.append(network) }
        }
        return found
    }

    /// Refuses to stop the package or the managed plugin under networks that stay there.
    private static func checkTurns(
        _ chosen: [NetworkCommands], in inventory: DockerInventory
    ) throws(MigrationRefusal) {
        let moving = Set(chosen.filter(\.takesTurns).map(\.network.id))
        let drivers = Set(chosen.filter(\.takesTurns).map(\.network.driver))
        let left = inventory.networks.filter { drivers.contains($0.driver) && !moving.contains($0.id) }
        guard !left.isEmpty else { return }
        let names = left.map { Shell.printable($0.name) }.sorted().joined(separator: ", ")
        throw MigrationRefusal(
            "a host runs either the package or the managed plugin, so their networks move together: name \(names) too"
        )
    }

    private static func network(_ name: String, in inventory: DockerInventory) throws(MigrationRefusal) -> DockerNetwork
    {
        let matches = inventory.networks.filter { $0.name == name || $0.id == name }
        // Docker itself accepts the start of an identifier.
        let candidates = matches.isEmpty ? inventory.networks.filter { $0.id.hasPrefix(name) } : matches
        guard let network = candidates.first else {
            throw MigrationRefusal("Docker has no network \"\(Shell.printable(name))\"; list them: docker network ls")
        }
        guard candidates.count == 1 else {
            throw MigrationRefusal(
                "Docker has \(candidates.count) networks called \"\(Shell.printable(name))\"; use the identifier of one of them"
            )
        }
        return network
    }

    private static func check(
        _ network: DockerNetwork, in inventory: DockerInventory, target: String
    ) throws(MigrationRefusal) {
        let name = "network \"\(Shell.printable(network.name))\""
        if network.isConfigOnly {
            let users = inventory.networks.filter { $0.configFrom == network.name }.map { Shell.printable($0.name) }
            throw MigrationRefusal(
                "\(name) only holds settings for others; name those: "
                    + (users.isEmpty ? "none on this host uses it" : users.joined(separator: ", ")))
        }
        guard let origin = Origin(network) else {
            throw MigrationRefusal(
                "\(name) has the driver \"\(Shell.printable(network.driver))\", which cannot move to swiftvlan; macvlan and "
                    + "ipvlan can")
        }
        if case .swiftvlan(target) = origin {
            throw MigrationRefusal("\(name) already has the driver \"\(Shell.printable(target))\"")
        }
    }
}

extension DockerNetwork {
    /// The Compose project that created the network.
    var composeProject: String? { labels["com.docker.compose.project"] }
}
