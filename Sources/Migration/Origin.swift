import DockerAPI

/// The driver that a network has now.
enum Origin: Hashable {
    /// Docker's own drivers.
    case macvlan, ipvlan
    /// swiftvlan, as a package or as a managed plugin of this name.
    case swiftvlan(String)
    /// Another plugin whose networks have a parent, such as `ghcr.io/devplayer0/docker-net-dhcp:release-linux-amd64`.
    case plugin(String)

    /// Returns nil for a network that swiftvlan has no counterpart of.
    init?(_ network: DockerNetwork) { self.init(driver: network.driver, options: network.options) }

    /// Returns nil for a driver that swiftvlan has no counterpart of.
    init?(driver: String, options: [String: String]) {
        switch driver {
        case "macvlan": self = .macvlan
        case "ipvlan": self = .ipvlan
        case "bridge", "overlay", "host", "null", "none", "": return nil
        case let name where Self.isSwiftvlan(name): self = .swiftvlan(name)
        case let name:
            guard options["parent"] != nil || Self.isDHCPPlugin(name) && options["bridge"] != nil else {
                return nil
            }
            self = .plugin(name)
        }
    }

    /// Returns whether a driver is swiftvlan: `swiftvlan`, `swiftvlan:latest` or `registry.example/swiftvlan:1`.
    static func isSwiftvlan(_ driver: String) -> Bool { repository(driver) == "swiftvlan" }

    private static func isDHCPPlugin(_ driver: String) -> Bool { repository(driver) == "docker-net-dhcp" }

    private static func repository(_ driver: String) -> Substring? {
        driver.split(separator: "/").last?.split(separator: ":").first
    }
}
