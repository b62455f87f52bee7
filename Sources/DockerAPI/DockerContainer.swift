/// A container as Docker lists it (`GET /containers/json` of the Engine API).
package struct DockerContainer: Decodable, Hashable, Sendable {
    package var id: String
    /// The names, each with a leading slash.
    package var names: [String]
    /// `running`, `exited`, `created` and others.
    package var state: String
    package var labels: [String: String]
    /// The container's networks, by name.
    package var networks: [String: DockerContainerNetwork]

    /// The first name, without its slash.
    package var name: String {
        let name = names.first ?? String(id.prefix(12))
        return name.hasPrefix("/") ? String(name.dropFirst()) : name
    }

    /// Whether it has processes, even if they are paused.
    package var isRunning: Bool { state == "running" || state == "paused" }

    enum CodingKeys: String, CodingKey {
        case id = "Id"
        case names = "Names"
        case state = "State"
        case labels = "Labels"
        case settings = "NetworkSettings"
    }

    private struct Settings: Decodable {
        let networks: [String: DockerContainerNetwork?]?

        enum CodingKeys: String, CodingKey { case networks = "Networks" }
    }

    package init(from decoder: any Decoder) throws {
        let json = try decoder.container(keyedBy: CodingKeys.self)
        id = try json.decode(String.self, forKey: .id)
        names = try json.decodeIfPresent([String].self, forKey: .names) ?? []
        state = try json.decodeIfPresent(String.self, forKey: .state) ?? ""
        labels = try json.decodeIfPresent([String: String].self, forKey: .labels) ?? [:]
        networks =
            try json.decodeIfPresent(Settings.self, forKey: .settings)?.networks?
            .compactMapValues(\.self) ?? [:]
    }
}

/// A container's place in a network; while it does not run, it has no addresses, and the identifiers may be empty.
package struct DockerContainerNetwork: Decodable, Hashable, Sendable {
    package var networkID: String
    package var endpointID: String
    package var address: String?
    package var addressIPv6: String?
    package var macAddress: String?
    /// The addresses that the user asked for; nil if Docker chose them.
    package var wanted: DockerWantedAddresses?

    enum CodingKeys: String, CodingKey {
        case networkID = "NetworkID"
        case endpointID = "EndpointID"
        case address = "IPAddress"
        case addressIPv6 = "GlobalIPv6Address"
        case macAddress = "MacAddress"
        case wanted = "IPAMConfig"
    }

    package init(from decoder: any Decoder) throws {
        let json = try decoder.container(keyedBy: CodingKeys.self)
        func text(_ key: CodingKeys) throws -> String? {
            let text = try json.decodeIfPresent(String.self, forKey: key)
            return text?.isEmpty == true ? nil : text
        }
        networkID = try text(.networkID) ?? ""
        endpointID = try text(.endpointID) ?? ""
        address = try text(.address)
        addressIPv6 = try text(.addressIPv6)
        macAddress = try text(.macAddress)
        wanted = try json.decodeIfPresent(DockerWantedAddresses.self, forKey: .wanted)
    }
}

/// The addresses that a user asked for (`--ip`, `--ip6`).
package struct DockerWantedAddresses: Decodable, Hashable, Sendable {
    package var address: String?
    package var addressIPv6: String?

    enum CodingKeys: String, CodingKey {
        case address = "IPv4Address"
        case addressIPv6 = "IPv6Address"
    }
}
