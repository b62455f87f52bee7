/// A network as Docker describes it (`GET /networks/{id}` of the Engine API).
package struct DockerNetwork: Decodable, Hashable, Sendable {
    package var id: String
    package var name: String
    package var driver: String
    /// `local` or `swarm`.
    package var scope: String
    package var isInternal: Bool
    package var hasIPv6: Bool
    /// False for networks without IPv4, which exist from Docker 28 on.
    package var hasIPv4: Bool
    package var isAttachable: Bool
    /// Whether the network only holds settings for others (`--config-only`).
    package var isConfigOnly: Bool
    /// The name of the network that holds this one's settings (`--config-from`); empty without one.
    package var configFrom: String
    /// The options that were given with `-o`.
    package var options: [String: String]
    package var labels: [String: String]
    package var addressing: DockerAddressing
    /// The endpoints of running containers, by the container's identifier; empty in a list of networks.
    package var containers: [String: DockerNetworkContainer]

    enum CodingKeys: String, CodingKey {
        case id = "Id"
        case name = "Name"
        case driver = "Driver"
        case scope = "Scope"
        case isInternal = "Internal"
        case hasIPv6 = "EnableIPv6"
        case hasIPv4 = "EnableIPv4"
        case isAttachable = "Attachable"
        case isConfigOnly = "ConfigOnly"
        case configFrom = "ConfigFrom"
        case options = "Options"
        case labels = "Labels"
        case addressing = "IPAM"
        case containers = "Containers"
    }

    private struct ConfigReference: Decodable {
        let network: String?

        enum CodingKeys: String, CodingKey { case network = "Network" }
    }

    package init(from decoder: any Decoder) throws {
        let json = try decoder.container(keyedBy: CodingKeys.self)
        id = try json.decode(String.self, forKey: .id)
        name = try json.decode(String.self, forKey: .name)
        driver = try json.decodeIfPresent(String.self, forKey: .driver) ?? ""
        scope = try json.decodeIfPresent(String.self, forKey: .scope) ?? "local"
        isInternal = try json.decodeIfPresent(Bool.self, forKey: .isInternal) ?? false
        hasIPv6 = try json.decodeIfPresent(Bool.self, forKey: .hasIPv6) ?? false
        hasIPv4 = try json.decodeIfPresent(Bool.self, forKey: .hasIPv4) ?? true
        isAttachable = try json.decodeIfPresent(Bool.self, forKey: .isAttachable) ?? false
        isConfigOnly = try json.decodeIfPresent(Bool.self, forKey: .isConfigOnly) ?? false
        configFrom = try json.decodeIfPresent(ConfigReference.self, forKey: .configFrom)?.network ?? ""
        options = try json.decodeIfPresent([String: String].self, forKey: .options) ?? [:]
        labels = try json.decodeIfPresent([String: String].self, forKey: .labels) ?? [:]
        addressing = try json.decodeIfPresent(DockerAddressing.self, forKey: .addressing) ?? DockerAddressing()
        containers =
            try json.decodeIfPresent([String: DockerNetworkContainer].self, forKey: .containers) ?? [:]
    }
}

/// How a network's addresses are assigned.
package struct DockerAddressing: Decodable, Hashable, Sendable {
    package var driver: String
    package var options: [String: String]
    package var pools: [DockerPool]

    enum CodingKeys: String, CodingKey {
        case driver = "Driver"
        case options = "Options"
        case pools = "Config"
    }

    package init(driver: String = "default", options: [String: String] = [:], pools: [DockerPool] = []) {
        self.driver = driver
        self.options = options
        self.pools = pools
    }

    package init(from decoder: any Decoder) throws {
        let json = try decoder.container(keyedBy: CodingKeys.self)
        driver = try json.decodeIfPresent(String.self, forKey: .driver) ?? "default"
        options = try json.decodeIfPresent([String: String].self, forKey: .options) ?? [:]
        pools = try json.decodeIfPresent([DockerPool].self, forKey: .pools) ?? []
    }
}

/// A subnet of a network, as the user gave it.
package struct DockerPool: Decodable, Hashable, Sendable {
    package var subnet: String?
    package var range: String?
    package var gateway: String?
    package var reserved: [String: String]?

    enum CodingKeys: String, CodingKey {
        case subnet = "Subnet"
        case range = "IPRange"
        case gateway = "Gateway"
        case reserved = "AuxiliaryAddresses"
    }
}

/// The endpoint of a running container in a network.
package struct DockerNetworkContainer: Decodable, Hashable, Sendable {
    package var name: String
    package var endpointID: String

    enum CodingKeys: String, CodingKey {
        case name = "Name"
        case endpointID = "EndpointID"
    }
}
