import DockerAPI

/// The options of a network that swiftvlan gets, and one sentence for each that it does not.
struct MovedOptions: Hashable {
    private(set) var options: [String: String] = [:]
    private(set) var notes: [String] = []

    /// Options of the engine itself, which it applies for every driver.
    private static let ofEngine: Set = ["com.docker.network.enable_ipv4", "com.docker.network.enable_ipv6"]
    private static let ofMacvlan: Set = ["parent", "macvlan_mode"]
    private static let ofIPvlan: Set = ["parent", "ipvlan_mode", "ipvlan_flag"]
    /// Names that mean the same in other plugins.
    private static let ofPlugins: Set = [
        "parent", "mode", "macvlan_mode", "ipvlan_mode", "ipvlan_flag", "vlan", "mtu", "com.docker.network.driver.mtu",
    ]

    init(_ given: [String: String], from origin: Origin) {
        switch origin {
        case .swiftvlan:
            options = given
        case .macvlan:
            keep(given, Self.ofMacvlan, driver: "Docker's macvlan driver")
        case .ipvlan:
            keep(given, Self.ofIPvlan, driver: "Docker's ipvlan driver")
            // Without a mode, swiftvlan's networks are macvlan.
            if options["ipvlan_mode"] == nil { options["mode"] = "l2" }
        case .plugin(let name):
            keepOfPlugin(given, name)
        }
    }

    /// Keeps options that Docker's driver reads, except empty ones: they mean the default there, and swiftvlan refuses
    /// them.
    private mutating func keep(_ given: [String: String], _ names: Set<String>, driver: String) {
        for (name, value) in given.sorted(by: { $0.key < $1.key }) where !value.isEmpty {
            if names.contains(name) || Self.ofEngine.contains(name) {
                options[name] = value
            } else {
                notes.append(
                    "The option \(name)=\(value) is left out: \(driver) ignores it, and swiftvlan would not.")
            }
        }
    }

    private mutating func keepOfPlugin(_ given: [String: String], _ driver: String) {
        for (name, value) in given.sorted(by: { $0.key < $1.key }) {
            if Self.ofPlugins.contains(name) || Self.ofEngine.contains(name) {
                options[name] = value
            } else if name == "bridge", given["parent"] == nil {
                options["parent"] = value
                notes.append(
                    "The bridge \(value) becomes the parent: containers are macvlan links on it, not its ports.")
            } else {
                notes.append(
                    "The option \(name)=\(value) of \(driver) is left out: it has no counterpart in swiftvlan.")
            }
        }
    }

    /// Keeps a network without a default route as it is: from engine 29 on, Docker's own drivers assume no router.
    mutating func keepRouterless(_ network: DockerNetwork, _ origin: Origin, engine: Int) {
        guard origin == .macvlan || origin == .ipvlan, !network.isInternal, options["parent"] != nil,
            !["l3", "l3s"].contains(options["ipvlan_mode"] ?? ""),
            !network.addressing.pools.contains(where: { !($0.gateway ?? "").isEmpty }), network.configFrom.isEmpty,
            network.addressing.driver != "null"
        else { return }
        if engine >= 29 {
            options["gateway"] = "none"
            notes.append(
                "Without --gateway, a network of Docker's driver has no default route on this engine; gateway=none "
                    + "keeps it that way, and swiftvlan reserves the first address of the subnet.")
        } else {
            notes.append(
                "No --gateway is given: swiftvlan, like Docker until engine 28, assumes that the first address of the "
                    + "subnet or of --ip-range is the router.")
        }
    }
}
