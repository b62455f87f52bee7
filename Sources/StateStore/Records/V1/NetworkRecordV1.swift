import DriverCore
import NetworkTypes

/// A network in format 1.
struct NetworkRecordV1: RecordContent {
    private let id: String
    private let kind: Kind
    private let mode: String
    /// For ipvlan alone.
    private let flag: String?
    private let parent: ParentRecordV1
    private let `internal`: Bool
    private let subnets: [SubnetRecordV1]
    private let settings: SettingsRecordV1
    private let broadcastQueueLength: UInt32?
    private let hostRoutes: Bool

    private enum Kind: String, Codable {
        case macvlan, ipvlan
    }

    init(_ network: Network) {
        id = network.id.text
        switch network.attachment {
        case .macvlan(let mode): (kind, self.mode, flag) = (.macvlan, mode.rawValue, nil)
        case .ipvlan(let mode, let flag): (kind, self.mode, self.flag) = (.ipvlan, mode.rawValue, flag.rawValue)
        }
        parent = ParentRecordV1(network.parent)
        `internal` = network.isInternal
        subnets = network.pools.map(SubnetRecordV1.init)
        settings = SettingsRecordV1(network.settings)
        broadcastQueueLength = network.broadcastQueueLength
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
            broadcastQueueLength: broadcastQueueLength,
            wantsHostRoutes: hostRoutes)
    }

    private func attachment() throws(RecordError) -> Attachment {
        switch kind {
        case .macvlan:
            return .macvlan(try RecordText.read(mode, "a mode of macvlan", MacvlanMode.init))
        case .ipvlan:
            guard let flag else { throw .damaged("\"flag\" is missing") }
            return .ipvlan(
                try RecordText.read(mode, "a mode of ipvlan", IPvlanMode.init),
                try RecordText.read(flag, "a flag of ipvlan", IPvlanFlag.init))
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
