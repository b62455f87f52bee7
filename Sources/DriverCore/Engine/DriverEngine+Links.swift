import NetworkTypes

// The links that networks need on the host, and those that are in their way.

extension DriverEngine {
    /// Makes sure that a network's parent and host routes are there; tells what was made for that.
    mutating func provide(_ network: Network) throws(DriverError) -> Provision {
        var provision = Provision()
        do throws(DriverError) {
            try provideParent(of: network, &provision)
            try provideHostRoutes(of: network, &provision)
        } catch {
            takeBack(provision)
            throw error
        }
        return provision
    }

    private mutating func provideParent(of network: Network, _ provision: inout Provision) throws(DriverError) {
        switch network.parent {
        case .existing: break
        case .isolated(let name):
            guard try usableLink(named: name)?.owner != .isolatedParent(network.id) else { return }
            let plan = HostLinkPlan(
                name: name, kind: .dummy, owner: .isolatedParent(network.id), mtu: network.settings.mtu)
            provision.links.append(try make(plan))
        case .vlan(let chain, let lowerName):
            guard var lower = try usableLink(named: lowerName) else {
                throw .parentGone(parent: lowerName.text, network: network.id)
            }
            for subInterface in chain {
                lower = try provideSubInterface(subInterface, on: lower, for: network, &provision)
            }
        }
    }

    private mutating func provideSubInterface(
        _ wanted: SubInterface,
        on lower: HostLink,
        for network: Network,
        _ provision: inout Provision
    ) throws(DriverError) -> HostLink {
        if let link = try usableLink(named: wanted.name) {
            guard link.kind == .vlan(wanted.tag), link.lowerIndex == lower.index else {
                throw .parentIsAnother(
                    parent: wanted.name.text, tag: wanted.tag, lower: lower.name, network: network.id)
            }
            return link
        }
        let link = try make(HostLinkPlan(name: wanted.name, kind: .vlan(wanted.tag, lower: lower), owner: .vlan))
        provision.links.append(link)
        return link
    }

    private mutating func make(_ plan: HostLinkPlan) throws(DriverError) -> HostLink {
        let refusal: HostNetworkError
        do throws(HostNetworkError) {
            return try host.make(plan)
        } catch {
            refusal = error
        }
        try explain(refusal, of: plan)
        return try hosting { (host) throws(HostNetworkError) in try host.make(plan) }
    }

    /// Throws the driver's own words for what the kernel says in few. Returns when nothing is in the link's way, or no
    /// longer: a link on its way out may have gone in between, and creating the new one is worth another try.
    mutating func explain(_ refusal: HostNetworkError, of plan: HostLinkPlan) throws(DriverError) {
        switch refusal.reason {
        case .kindNotSupported:
            throw .kindNotSupported(module: plan.kind.moduleName, sentence: refusal.sentence)
        case .settingNotSupported:
            throw .settingNotSupported(sentence: refusal.sentence)
        case .alreadyExists, .parentClaimed:
            try explainRefusal(of: plan)
        case .linkDown, .other:
            throw .host(refusal)
        }
    }

    /// Names the link that is in a new one's way: one that is on its way out still claims its parent for its kind, or
    /// alone, and its VLAN number.
    private mutating func explainRefusal(of plan: HostLinkPlan) throws(DriverError) {
        guard let lower = plan.kind.lower else { return }
        let all = try hosting { (host) throws(HostNetworkError) in try host.links() }
        let siblings = all.filter { $0.lowerIndex == lower.index }
        if let removal = siblings.lazy.compactMap(\.removal).first { throw .linkBeingRemoved(removal) }
        switch plan.kind {
        case .vlan(let tag, _):
            guard let holder = siblings.first(where: { $0.kind == .vlan(tag) }) else { return }
            throw .vlanCarriedByOther(parent: plan.name.text, tag: tag, lower: lower.name, holder: holder.name)
        case .endpoint(let attachment, _):
            guard let name = InterfaceName(lower.name) else { return }
            let holders = try hosting { (host) throws(HostNetworkError) in try host.holders(of: lower) }
            try ParentSharing.check(attachment, on: name, besides: holders.filter { !isAccountedFor($0) })
        case .dummy: return
        }
    }

    /// The link of a name, unless it is on its way out: then the call has to be repeated.
    mutating func usableLink(named name: InterfaceName) throws(DriverError) -> HostLink? {
        let link = try hosting { (host) throws(HostNetworkError) in try host.link(named: name) }
        if let removal = link?.removal { throw .linkBeingRemoved(removal) }
        return link
    }
}

/// What a call has made on the host and may have to take back.
struct Provision {
    var links: [HostLink] = []
    /// Destinations of the host's routes over the parent.
    var routes: [IPPrefix] = []
    var routeParent: InterfaceName?
}

extension HostLinkPlan.Kind {
    /// The kernel module that makes links of this kind.
    fileprivate var moduleName: String {
        switch self {
        case .endpoint(let attachment, _): attachment.kindName
        case .vlan: "8021q"
        case .dummy: "dummy"
        }
    }
}

extension DriverError {
    static func parentGone(parent: String, network: NetworkID) -> DriverError {
        DriverError(
            "network \(network.short) cannot be used: its parent link \"\(parent)\" is not on this host now; "
                + "bring the link back and start the container again",
            retry: .parentMissing(link: parent))
    }

    fileprivate static func parentIsAnother(
        parent: String, tag: VLANTag, lower: String, network: NetworkID
    ) -> DriverError {
        DriverError(
            "network \(network.short) cannot be used: link \"\(parent)\" is not VLAN \(tag.id) on \(lower) any "
                + "more; remove or rename that link and start the container again")
    }

    fileprivate static func vlanCarriedByOther(
        parent: String, tag: VLANTag, lower: String, holder: String
    ) -> DriverError {
        DriverError(
            "parent=\(parent): VLAN \(tag.id) on \(lower) exists already as link \"\(holder)\"; "
                + "use parent=\(holder)")
    }

    static func kindNotSupported(module: String, sentence: String) -> DriverError {
        DriverError(
            "\(sentence); this kernel has no module \"\(module)\": install the one that has it "
                + "(Debian: linux-image-\(debianFlavor), Ubuntu: linux-modules-extra-$(uname -r)) and load it "
                + "with `modprobe \(module)`")
    }

    fileprivate static func settingNotSupported(sentence: String) -> DriverError { DriverError(sentence) }

    /// The same call succeeds as soon as the link has gone.
    static func linkBeingRemoved(_ removal: LinkRemoval) -> DriverError {
        DriverError(
            "link number \(removal.index) is being removed; try again", retry: .linkBeingRemoved(removal))
    }

    /// Debian's whole kernel has its package's name from the processor; its cloud kernel has all the modules as well.
    private static var debianFlavor: String {
        #if arch(arm64)
        "arm64"
        #else
        "amd64"
        #endif
    }
}
