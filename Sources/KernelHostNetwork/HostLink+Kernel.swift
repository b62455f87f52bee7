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
        case .vrf(let vrf): self = .vrf(RoutingTable(vrf.table))
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
            case .shim(.macvlan(let mode), _, _): .macvlan(MacvlanLink(mode: mode))
            case .endpoint(.macvlan(let mode), _):
                .macvlan(MacvlanLink(mode: mode, broadcastQueueLength: plan.broadcastQueueLength))
            case .endpoint(.ipvlan(let mode, let flag), _), .shim(.ipvlan(let mode, let flag), _, _):
                .ipvlan(IPvlanLink(mode: mode, flag: flag))
            case .vlan(let tag, _): .vlan(VLANLink(tag: tag))
            case .dummy: .dummy
            }
        self.init(
            name: plan.name, kind: kind, parent: plan.kind.lower?.index,
            macAddress: plan.macAddress ?? plan.kind.shimAddress, mtu: plan.mtu.map { UInt32(clamping: $0) },
            group: .unfinished)
    }
}

extension HostLinkPlan.Kind {
    /// The MAC address of a macvlan shim; nil for other links.
    ///
    /// It follows from the parent's, so that a shim that is created again has the same. The host asks nobody for the
    /// addresses of containers, so they would not learn another one before their entries for the host expire: for up to
    /// 40 seconds they could not answer. It also keeps systemd-udevd from giving the link another address
    /// (`MACAddressPolicy=` in systemd.link(5) leaves alone what a program has set).
    fileprivate var shimAddress: MACAddress? {
        guard case .shim(.macvlan, let parent, _) = self else { return nil }
        // Two first octets of locally administered addresses: the parent may have one of them.
        return parent.macAddress.map { address in
            let first: UInt64 = address.bits >> 40 == 0x5E ? 0x6E : 0x5E
            return MACAddress(bits: first << 40 | address.bits & 0xFF_FFFF_FFFF)
        }
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
        self.init(refusal, message: error.messageWithAdvice)
    }

    /// The driver's view of a route that the kernel refused.
    ///
    /// `EACCES` means that IPv6 is off on the route's link (`fib6_nh_init` in net/ipv6/route.c). `EOPNOTSUPP` comes from a
    /// kernel without IPv6, or started with `ipv6.disable=1`: no handler is registered (`rtnetlink_rcv_msg` in
    /// net/core/rtnetlink.c; tried with Linux 6.1).
    init(adding route: HostRoute, _ error: RouteError) {
        switch (route.destination.family, error.errno) {
        case (.ipv6, .accessDenied): self.init(.ipv6Off, message: error.description)
        case (.ipv6, .notSupported): self.init(.ipv6Missing, message: error.description)
        // A smaller MTU takes IPv6 off the link (`addrconf_notify` in net/ipv6/addrconf.c).
        case (.ipv6, .noSuchDevice):
            self.init(.other, message: "\(error); an IPv6 route needs an existing link with an MTU of 1280 or more")
        default: self.init(error)
        }
    }

    /// Creates the driver's error for a link that the kernel refused to create.
    ///
    /// A claimed parent is busy for links of the other kind. If either link is a passthru macvlan, the kernel reports
    /// an invalid argument instead (`macvlan_common_newlink` in drivers/net/macvlan.c).
    init(creating error: RouteError) {
        switch error.errno {
        case .busy, .invalidArgument: self.init(.parentClaimed, message: error.messageOfClaim)
        case .notSupported where error.isKindUnknown: self.init(.kindNotSupported, message: error.description)
        // The parent is of a kind that cannot carry such links (`vlan_check_real_dev` in net/8021q/vlan.c).
        case .notSupported: self.init(.other, message: "\(error); use another parent")
        case .notPermitted: self.init(.notPermitted, message: error.description)
        default: self.init(error)
        }
    }
}

extension RouteError {
    /// What failed, the kernel's reason, and what to do if that is known.
    fileprivate var messageWithAdvice: String { description + (advice.map { "; \($0)" } ?? "") }

    private var advice: String? {
        switch errno {
        case .notPermitted: DriverError.capabilityAdvice
        case .noMemory, .noBufferSpace: "the kernel is out of memory; see `dmesg`"
        // More than 65,533 ipvlan links on a parent (`ipvlan_link_new` in drivers/net/ipvlan/ipvlan_main.c).
        case .noSpace: "the parent has no room for another link; use another parent"
        // More than eight levels of links (`MAX_NEST_DEV` in net/core/dev.h).
        case .tooManyLinks: "the kernel stacks no more than eight links; use a lower link as the parent"
        case .noSuchDevice: "the link or its parent was removed at the same time"
        default: nil
        }
    }

    /// The message about a parent that may be claimed. If the kernel explains `EINVAL`, it means something else.
    fileprivate var messageOfClaim: String {
        if case .refused(let refusal) = cause, refusal.message != nil { return description }
        return "\(description); another program or container may have claimed the parent: use another parent"
    }

    /// Whether the kernel refused to create a link because it does not have the kind.
    ///
    /// A kind that the kernel has may refuse the lower link with the same error number but another message. Older
    /// kernels send no message (`rtnl_newlink` in net/core/rtnetlink.c).
    fileprivate var isKindUnknown: Bool {
        guard case .refused(let refusal) = cause, let message = refusal.message else { return true }
        return message == "Unknown device type"
    }
}
