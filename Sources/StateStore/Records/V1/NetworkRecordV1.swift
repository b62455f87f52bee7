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
    /// Absent if the host's routes lead to the subnets.
    private let routesToEndpoints: Bool?
    /// The addresses reserved for the host; absent without host access.
    private let hostAccess: [String]?
    /// `off`, or the milliseconds to wait before refusing; absent to warn.
    private let conflict: String?
    /// Absent for `auto`.
    private let announce: String?
    /// Absent if the engine announces no addresses.
    private let engineAnnounces: Bool?

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
        hostRoutes = network.hostRoutes != .off
        routesToEndpoints = network.hostRoutes == .endpoints ? true : nil
        hostAccess = network.hostAccess?.addresses.map(\.description)
        conflict = Self.text(of: network.conflictCheck)
        announce = network.announcements == .auto ? nil : network.announcements.rawValue
        engineAnnounces = network.engineAnnounces ? true : nil
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
            hostRoutes: !hostRoutes ? .off : routesToEndpoints == true ? .endpoints : .pools,
            hostAccess: try hostAccessModel(),
            conflictCheck: try conflictCheck(),
            announcements: try RecordText.readIfPresent(
                announce, "a way to announce addresses", AnnouncementPolicy.init(rawValue:)) ?? .auto,
            engineAnnounces: engineAnnounces ?? false)
    }

    private func hostAccessModel() throws(RecordError) -> HostAccess? {
        guard let hostAccess else { return nil }
        return HostAccess(
            addresses: try hostAccess.map { (text) throws(RecordError) in
                try RecordText.read(text, "an address", IPAddress.init)
            })
    }

    private static let off = "off"

    private static func text(of check: ConflictCheck) -> String? {
        switch check {
        case .warn: nil
        case .off: off
        case .refuse(let timeout): "\(Int64(timeout / .milliseconds(1)))"
        }
    }

    private func conflictCheck() throws(RecordError) -> ConflictCheck {
        guard let conflict else { return .warn }
        guard conflict != Self.off else { return .off }
        guard let timeout = UInt16(decimal: conflict) else {
            throw .damaged("\"\(conflict)\" is not a number of milliseconds")
        }
        return .refuse(timeout: .milliseconds(Int(timeout)))
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
