import DriverCore
import Netlink
import NetworkTypes
import RouteNetlink
import SystemCalls

extension HostLink {
    /// Creates the driver's view of a kernel link.
    init(_ message: LinkMessage) {
        self.init(
            index: message.index,
            name: message.name,
            alternativeNames: message.alternativeNames,
            kind: HostLinkKind(message.kind),
            macAddress: message.macAddress,
            mtu: message.mtu.map { Int($0) },
            lowerIndex: message.lowerNamespace == nil ? message.lowerIndex : nil,
            masterIndex: message.masterIndex,
            filteredVLANs: message.filteredVLANs,
            isLoopback: message.isLoopback,
            isEthernet: message.isEthernet,
            owner: message.owner,
            isUp: message.isUp,
            generatesAddress: message.ipv6AddressGeneration.map { $0 != .noAddress }
        )
    }
}

extension LinkMessage {
    /// The link's owner; a link that swiftvlan began to create but did not finish counts as retired.
    fileprivate var owner: LinkOwner? {
        if isUnfinished { .retired } else { alias.flatMap { LinkOwner(alias: $0) } }
    }
}

extension LinkMessage {
    /// The protocol of the VLANs that a bridge filters.
    fileprivate var filteredVLANs: VLANProtocol? {
        guard case .bridge(let bridge) = kind, bridge.filtersVLANs else { return nil }
        return bridge.protocol
    }
}

extension BridgeVLANMessage {
    /// The driver's view of the VLANs.
    var memberships: [VLANMembership] {
        ranges.map { VLANMembership($0.ids, isPVID: $0.isPVID, isUntagged: $0.isUntagged) }
    }
}

extension HostLinkKind {
    fileprivate init(_ kind: LinkKind?) {
        switch kind {
        case .macvlan(let settings), .macvtap(let settings): self = .macvlan(settings.mode)
        case .ipvlan(let settings), .ipvtap(let settings): self = .ipvlan(settings.mode, settings.flag)
        case .vlan(let vlan): self = .vlan(vlan.tag)
        case .dummy: self = .dummy
        case .bridge, .other: self = .other(kind?.name ?? "")
        case nil: self = .device
        }
    }
}

extension NewLink {
    /// Creates the kernel's view of a planned link.
    init(_ plan: HostLinkPlan) {
        let kind: LinkKind =
            switch plan.kind {
            case .endpoint(.macvlan(let mode), _):
                .macvlan(MacvlanLink(mode: mode, broadcastQueueLength: plan.broadcastQueueLength))
            case .endpoint(.ipvlan(let mode, let flag), _): .ipvlan(IPvlanLink(mode: mode, flag: flag))
            case .vlan(let tag, _): .vlan(VLANLink(tag: tag))
            case .dummy: .dummy
            }
        self.init(
            name: plan.name, kind: kind, parent: plan.kind.lower?.index, macAddress: plan.macAddress,
            mtu: plan.mtu.map { UInt32(clamping: $0) }, group: .unfinished)
    }
}

extension DriverError {
    /// Creates the driver's error for a kernel refusal.
    init(_ error: RouteError) {
        let refusal: HostRefusal =
            switch error.errno {
            case .alreadyExists: .alreadyExists
            case .networkDown: .linkDown
            default: .other
            }
        self.init(refusal, message: error.description)
    }

    /// Creates the driver's error for a link that the kernel refused to create.
    ///
    /// A claimed parent is busy for links of the other kind. If either link is a passthru macvlan, the kernel reports
    /// an invalid argument instead (`macvlan_common_newlink` in drivers/net/macvlan.c).
    init(creating error: RouteError) {
        switch error.errno {
        case .busy, .invalidArgument: self.init(.parentClaimed, message: error.description)
        case .notSupported where error.isKindUnknown: self.init(.kindNotSupported, message: error.description)
        case .notPermitted: self.init(.notPermitted, message: error.description)
        default: self.init(error)
        }
    }
}

extension RouteError {
    /// Whether the kernel refused to create a link because it does not have the kind.
    ///
    /// A kind that the kernel has may refuse the lower link with the same error number but another message. Older
    /// kernels send no message (`rtnl_newlink` in net/core/rtnetlink.c).
    fileprivate var isKindUnknown: Bool {
        guard case .refused(let refusal) = cause, let message = refusal.message else { return true }
        return message == "Unknown device type"
    }
}
