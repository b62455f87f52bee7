import DriverCore
import NetworkTypes

/// A network in format 1.
struct NetworkRecordV1: RecordContent {
    private let id: String
    private let kind: String
    private let mode: String
    /// Only for ipvlan.
    private let flag: String?
    private let parent: ParentRecordV1
    private let `internal`: Bool
    private let subnets: [SubnetRecordV1]
    private let settings: SettingsRecordV1
    private let broadcastQueueLength: Int?
    private let hostRoutes: Bool

    private static let macvlan = "macvlan"
    private static let ipvlan = "ipvlan"

    init(_ network: Network) {
        id = network.id.text
        switch network.attachment {
        case .macvlan(let mode): (kind, self.mode, flag) = (Self.macvlan, mode.rawValue, nil)
        case .ipvlan(let mode, let flag): (kind, self.mode, self.flag) = (Self.ipvlan, mode.rawValue, flag.rawValue)
        }
        parent = ParentRecordV1(network.parent)
        `internal` = network.isInternal
        subnets = network.pools.map(SubnetRecordV1.init)
        settings = SettingsRecordV1(network.settings)
        broadcastQueueLength = network.broadcastQueueLength.map { Int($0) }
        hostRoutes = network.wantsHostRoutes
    }

    func model() throws(RecordError) -> Network {
        Network(
            id: try RecordText.read(id, "a network identifier", NetworkID.init),
            attachment: try attachment(),
            parent: try parent.model(),
            isInternal: `internal`,
            pools: try subnets.map { (subnet) throws(RecordError) in try subnet.model() },
            settings: try settings.model(),
            broadcastQueueLength: try RecordText.number(broadcastQueueLength, "a number of packets"),
            wantsHostRoutes: hostRoutes)
    }

    private func attachment() throws(RecordError) -> Attachment {
        switch kind {
        case Self.macvlan:
            return .macvlan(try RecordText.read(mode, "a macvlan mode", MacvlanMode.init))
        case Self.ipvlan:
            guard let flag else { throw .damaged("\"flag\" is missing") }
            return .ipvlan(
                try RecordText.read(mode, "an ipvlan mode", IPvlanMode.init),
                try RecordText.read(flag, "an ipvlan flag", IPvlanFlag.init))
        default:
            throw .damaged("\"\(kind)\" is not a kind of link")
        }
    }
}

/// A subnet in format 1.
struct SubnetRecordV1: RecordContent {
    private let subnet: String
    private let gateway: String?

    init(_ pool: AddressPool) {
        subnet = pool.subnet.description
        gateway = pool.gateway?.description
    }

    func model() throws(RecordError) -> AddressPool {
        AddressPool(
            subnet: try RecordText.network(subnet),
            gateway: try RecordText.readIfPresent(gateway, "an address", IPAddress.init))
    }
}
