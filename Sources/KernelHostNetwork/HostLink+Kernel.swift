import DriverCore
import Netlink
import NetworkTypes
import RouteNetlink

extension HostLink {
    /// The driver's view of a link of the kernel's.
    init(_ message: LinkMessage) {
        self.init(
            index: message.index,
            name: message.name,
            kind: HostLinkKind(message.kind),
            macAddress: message.macAddress,
            lowerIndex: message.isLowerElsewhere ? nil : message.lowerIndex,
            masterIndex: message.masterIndex,
            isLoopback: message.isLoopback,
            owner: message.alias.flatMap { LinkOwner(alias: $0) }
        )
    }
}

extension HostLinkKind {
    fileprivate init(_ kind: LinkKind?) {
        switch kind {
        case .macvlan: self = .macvlan
        case .ipvlan: self = .ipvlan
        case .vlan(let vlan): self = .vlan(vlan.tag)
        case .dummy: self = .dummy
        case .veth, .other: self = .other(kind?.name ?? "")
        case nil: self = .device
        }
    }
}

extension NewLink {
    /// The kernel's view of a link that the driver plans.
    init(_ plan: HostLinkPlan) {
        switch plan.kind {
        case .endpoint(.macvlan(let mode), let parent, let address):
            self.init(
                name: plan.name, kind: .macvlan(MacvlanLink(mode: mode)), parent: parent.index, macAddress: address)
        case .endpoint(.ipvlan(let mode, let flag), let parent, _):
            self.init(name: plan.name, kind: .ipvlan(IPvlanLink(mode: mode, flag: flag)), parent: parent.index)
        case .vlan(let tag, let lower):
            self.init(name: plan.name, kind: .vlan(VLANLink(tag: tag)), parent: lower.index)
        case .dummy:
            self.init(name: plan.name, kind: .dummy)
        }
    }
}

extension HostNetworkError {
    /// The driver's view of a refusal of the kernel's.
    ///
    /// A parent that is claimed is busy for links of the other kind, and makes every link an invalid one where either
    /// is passthru (`macvlan_common_newlink` in drivers/net/macvlan.c).
    init(_ error: RouteError) {
        let reason: Reason =
            switch error.errno {
            case .alreadyExists: .alreadyExists
            case .busy, .invalidArgument: .parentClaimed
            case .notSupported: .kindNotSupported
            default: .other
            }
        self.init(reason: reason, sentence: error.description)
    }
}
