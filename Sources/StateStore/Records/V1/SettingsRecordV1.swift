import DriverCore
import NetworkTypes

/// The link settings of a network or an endpoint in format 1, in the notation of the Docker options.
struct SettingsRecordV1: RecordContent {
    private static let stable = "stable"
    private static let random = "random"

    private let mtu: Int?
    private let routes: [String]
    private let gateway: Bool
    /// Absent if the subnets' own gateways are the routers.
    private let routers: [String]?
    /// `stable`, `random`, the first octets, or all six.
    private let mac: String
    /// Absent if the engine's own prefix is used.
    private let interfacePrefix: String?

    init(_ settings: LinkSettings) {
        mtu = settings.mtu
        routes = settings.routes.map(\.description)
        gateway = settings.hasGateway
        routers = settings.routers.isEmpty ? nil : settings.routers.map(\.description)
        mac =
            switch settings.macAddress {
            case .stable: Self.stable
            case .random: Self.random
            case .prefixed(let prefix): prefix.description
            case .fixed(let address): address.description
            }
        interfacePrefix = settings.interfacePrefix?.text
    }

    func model() throws(RecordError) -> LinkSettings {
        // The limits of the Docker option.
        if let mtu, !(68...65535).contains(mtu) { throw .damaged("\(mtu) is not an MTU") }
        return LinkSettings(
            mtu: mtu,
            routes: try routes.map { (text) throws(RecordError) in try Self.route(text) },
            hasGateway: gateway,
            routers: try routersModel(),
            macAddress: try policy(),
            interfacePrefix: try RecordText.readIfPresent(
                interfacePrefix, "a prefix of interface names", InterfacePrefix.init))
    }

    private func routersModel() throws(RecordError) -> [IPAddress] {
        let addresses = try (routers ?? []).map { (text) throws(RecordError) in
            try RecordText.read(text, "an address", IPAddress.init)
        }
        guard Set(addresses.map(\.family)).count == addresses.count else {
            throw .damaged("\"routers\" names two of a family")
        }
        return addresses
    }

    private func policy() throws(RecordError) -> MACAddressPolicy {
        switch mac {
        case Self.stable: return .stable
        case Self.random: return .random
        default:
            if let prefix = MACAddressPrefix(mac) { return .prefixed(prefix) }
            return .fixed(try RecordText.read(mac, "a way to choose MAC addresses", MACAddress.init))
        }
    }

    private static func route(_ text: String) throws(RecordError) -> StaticRoute {
        let words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        guard words.count == 1 || (words.count == 3 && words[1] == "via") else {
            throw .damaged("\"\(text)\" is not a route")
        }
        return StaticRoute(
            to: try RecordText.network(words[0]),
            via: words.count == 3 ? try RecordText.read(words[2], "an address", IPAddress.init) : nil)
    }
}
