/// How a container is connected to a network: what the user asked for, and what it has while it runs.
package struct DockerAttachment: Decodable, Hashable, Sendable {
    /// Empty while the container never ran.
    package var networkID: String
    package var address: String
    package var addressIPv6: String
    package var macAddress: String
    package var wanted: Wanted
    /// The names under which other containers find this one. Engines before 25 add the container's short identifier.
    package var aliases: [String]
    package var links: [String]
    package var options: [String: String]
    /// Decides which network has the default route, from Docker 28 on.
    package var gatewayPriority: Int

    /// The addresses that the user asked for; empty if Docker chose them.
    package struct Wanted: Decodable, Hashable, Sendable {
        package var address = ""
        package var addressIPv6 = ""
        package var linkLocal: [String] = []

        enum CodingKeys: String, CodingKey {
            case address = "IPv4Address"
            case addressIPv6 = "IPv6Address"
            case linkLocal = "LinkLocalIPs"
        }

        package init() {}

        package init(from decoder: any Decoder) throws {
            let json = try decoder.container(keyedBy: CodingKeys.self)
            address = try json.decodeIfPresent(String.self, forKey: .address) ?? ""
            addressIPv6 = try json.decodeIfPresent(String.self, forKey: .addressIPv6) ?? ""
            linkLocal = try json.decodeIfPresent([String].self, forKey: .linkLocal) ?? []
        }
    }

    enum CodingKeys: String, CodingKey {
        case networkID = "NetworkID"
        case address = "IPAddress"
        case addressIPv6 = "GlobalIPv6Address"
        case macAddress = "MacAddress"
        case wanted = "IPAMConfig"
        case aliases = "Aliases"
        case links = "Links"
        case options = "DriverOpts"
        case gatewayPriority = "GwPriority"
    }

    package init(from decoder: any Decoder) throws {
        let json = try decoder.container(keyedBy: CodingKeys.self)
        networkID = try json.decodeIfPresent(String.self, forKey: .networkID) ?? ""
        address = try json.decodeIfPresent(String.self, forKey: .address) ?? ""
        addressIPv6 = try json.decodeIfPresent(String.self, forKey: .addressIPv6) ?? ""
        macAddress = try json.decodeIfPresent(String.self, forKey: .macAddress) ?? ""
        wanted = try json.decodeIfPresent(Wanted.self, forKey: .wanted) ?? Wanted()
        aliases = try json.decodeIfPresent([String].self, forKey: .aliases) ?? []
        links = try json.decodeIfPresent([String].self, forKey: .links) ?? []
        options = try json.decodeIfPresent([String: String].self, forKey: .options) ?? [:]
        gatewayPriority = try json.decodeIfPresent(Int.self, forKey: .gatewayPriority) ?? 0
    }
}
