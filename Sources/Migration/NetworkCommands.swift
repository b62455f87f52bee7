import DockerAPI

/// The commands that remove one network and create it with another driver, or as it was.
struct NetworkCommands {
    let network: DockerNetwork
    let origin: Origin
    /// The driver that the network gets.
    let target: String
    let moved: MovedOptions

    init(_ network: DockerNetwork, from origin: Origin, to target: String, engine: Int) {
        (self.network, self.origin, self.target) = (network, origin, target)
        var moved = MovedOptions(network.options, from: origin)
        moved.keepRouterless(network, origin, engine: engine)
        self.moved = moved
    }

    var removal: [String] { ["docker", "network", "rm"] + Self.name(network.name) }

    var creation: [String] { Self.creation(of: network, driver: target, options: moved.options) }

    /// The command that creates the network as it is now.
    var restoration: [String] { Self.creation(of: network, driver: network.driver, options: network.options) }

    /// Whether the network's kind has MAC addresses of its own that an option can set.
    var keepsMACAddresses: Bool {
        let options = moved.options
        let mode = options["mode"] ?? options["macvlan_mode"] ?? "bridge"
        return options["ipvlan_mode"] == nil && options["ipvlan_flag"] == nil
            && ["bridge", "private", "vepa"].contains(mode)
    }

    /// Whether the network moves between swiftvlan's package and its managed plugin, of which a host runs only one.
    var takesTurns: Bool { if case .swiftvlan = origin { true } else { false } }

    /// The command that creates a network which only holds settings.
    static func configuration(_ network: DockerNetwork, options: [String: String]) -> [String] {
        ["docker", "network", "create", "--config-only"] + settings(of: network, options: options) + name(network.name)
    }

    private static func creation(of network: DockerNetwork, driver: String, options: [String: String]) -> [String] {
        var words = ["docker", "network", "create", "-d", driver]
        if network.scope == "swarm" { words += ["--scope", "swarm"] }
        if network.isInternal { words.append("--internal") }
        if network.isAttachable { words.append("--attachable") }
        // Docker copies the rest from the other network, and refuses it here.
        if network.configFrom.isEmpty {
            words += settings(of: network, options: options)
        } else {
            words += ["--config-from", network.configFrom]
        }
        return words + name(network.name)
    }

    private static func settings(of network: DockerNetwork, options: [String: String]) -> [String] {
        var words: [String] = []
        // Docker before 28 has no such flag, and no such network.
        if !network.hasIPv4 { words.append("--ipv4=false") }
        if network.hasIPv6 { words.append("--ipv6") }
        for pool in network.addressing.pools {
            words += option("--subnet", pool.subnet) + option("--ip-range", pool.range)
            // Some engines show the length of an address that they chose themselves.
            words += option("--gateway", pool.gateway.map { String($0.prefix { $0 != "/" }) })
            words += pairs("--aux-address", pool.reserved ?? [:])
        }
        let addressing = network.addressing
        if !["default", ""].contains(addressing.driver) { words += ["--ipam-driver", addressing.driver] }
        words += pairs("--ipam-opt", addressing.options)
        words += pairs("-o", options)
        return words + pairs("--label", network.labels)
    }

    private static func option(_ flag: String, _ value: String?) -> [String] {
        value.map { $0.isEmpty ? [] : [flag, $0] } ?? []
    }

    private static func pairs(_ flag: String, _ values: [String: String]) -> [String] {
        values.sorted { $0.key < $1.key }.flatMap { [flag, "\($0.key)=\($0.value)"] }
    }

    /// Returns a name as the last argument, even if it looks like an option.
    static func name(_ text: String) -> [String] { names(text) }

    /// Returns names as the last arguments, even if the first looks like an option.
    static func names(_ texts: String...) -> [String] { (texts.first?.hasPrefix("-") == true ? ["--"] : []) + texts }
}
