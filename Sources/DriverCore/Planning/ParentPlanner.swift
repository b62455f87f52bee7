import NetworkTypes

/// Compares the parent that a network wants with the links that are there.
///
/// The same comparison serves creating a network, joining it and reconciling it.
struct ParentPlanner {
    let host: HostView
    /// For what other networks need of the same parent.
    let registry: Registry

    /// The steps to a network's parent: VLAN sub-interfaces or an isolated parent that are missing, down or too small.
    ///
    /// Throws where the network cannot be used now: a foreign link is missing, or a link is being removed.
    func plan(for network: Network) throws(DriverError) -> ParentPlan {
        switch network.parent {
        case .existing(let name):
            return try checked(ParentPlan(parent: try foreignLink(name, of: network)), of: network)
        case .isolated(let name):
            let owner = LinkOwner.isolatedParent(network.id)
            guard let link = try host.usableLink(named: name), link.owner == owner else {
                return ParentPlan(steps: [.create(.isolatedParent(name, of: network.id, mtu: network.settings.mtu))])
            }
            return ParentPlan(
                steps: try addressing(of: link, isNeeded: false) + (link.isUp ? [] : [.setUp(link)]), parent: link)
        case .vlan(let chain, let lowerName):
            let plan = try plan(chain, on: try foreignLink(lowerName, of: network), of: network)
            return try checked(plan, of: network)
        }
    }

    /// Goes up a chain of VLAN sub-interfaces, from the link that was there before.
    private func plan(
        _ chain: [SubInterface], on lowest: HostLink, of network: Network
    ) throws(DriverError) -> ParentPlan {
        var plan = ParentPlan(parent: lowest)
        var lowerName = network.parent.lowestForeignLink ?? network.parent.linkName
        var missing: (vlan: SubInterface, lower: HostLink)?
        for (height, wanted) in chain.enumerated() {
            let needsAddress = network.needsHostAddress && height == chain.count - 1
            let named = try host.usableLink(named: wanted.name)
            let found = try plan.parent.flatMap { (lower) throws(DriverError) in try host.link(wanted, on: lower) }
            guard let link = found ?? named else {
                if let lower = plan.parent { missing = (wanted, lower) }
                plan.steps.append(.create(.vlan(wanted, on: lowerName, generatesAddress: needsAddress)))
                plan.parent = nil
                lowerName = LinkName(wanted.name)
                continue
            }
            guard let lower = plan.parent, link.isVLAN(wanted.tag, on: lower) else {
                plan.obstacle = .linkIsAnother(
                    wanted, lower: plan.parent?.name ?? lowerName.text, network: network.id)
                if let missing, let other = try carrier(of: missing.vlan, on: missing.lower) { plan.obstacle = other }
                // On a link that has lost its name to another: nobody needs them, unless containers do.
                if link.owner == .vlan, plan.parent != nil {
                    plan.stale = chain[height...].reversed().map { OwnedLink(name: $0.name, owner: .vlan) }
                }
                return plan
            }
            if link.owner == .vlan {
                plan.steps += try addressing(of: link, isNeeded: needsAddress) + upkeep(of: link, on: lower)
            }
            plan.parent = link
            lowerName = LinkName(link.name) ?? LinkName(wanted.name)
        }
        return plan
    }

    /// The obstacle where a missing VLAN is there as somebody else's link, and the links on it with it.
    private func carrier(of vlan: SubInterface, on lower: HostLink) throws(DriverError) -> DriverError? {
        let other = try host.links().first { $0.kind == .vlan(vlan.tag) && $0.lowerIndex == lower.index }
        return other.map {
            .vlanCarriedByOther(parent: vlan.name.text, tag: vlan.tag, lower: lower.name, other: $0.name)
        }
    }

    /// A plan with the obstacle of a parent that has become somebody's port, where no link can be created.
    private func checked(_ plan: ParentPlan, of network: Network) throws(DriverError) -> ParentPlan {
        guard plan.obstacle == nil, let parent = plan.parent else { return plan }
        var plan = plan
        plan.obstacle = try ParentChecks(host: host).obstacle(on: parent, to: network)
        return plan
    }

    /// A VLAN sub-interface cannot be up on a parent that is down, and goes up with it.
    ///
    /// It takes what its parent takes: when that is lowered the kernel lowers the sub-interface's MTU with it, but does
    /// not raise it again (`vlan_transfer_features` and `NETDEV_CHANGEMTU` in net/8021q/vlan.c).
    private func upkeep(of link: HostLink, on lower: HostLink) -> [Step] {
        var steps: [Step] = []
        if !link.isUp, lower.isUp { steps.append(.setUp(link)) }
        if let mtu = link.mtu, let wanted = lower.mtu, mtu < wanted { steps.append(.setMTU(wanted, of: link)) }
        return steps
    }

    /// The host has an IPv6 address of its own on a link of this program's only where a network needs it there.
    ///
    /// Otherwise the host's services would be open to everybody on the containers' LAN. A link made by an earlier
    /// version has one, and so may one on which a layer 3 network was, or that had no IPv6 while its MTU was too small.
    /// One that the host uses keeps what it has.
    ///
    /// To be done before the link is set up, so that none is generated then.
    private func addressing(of link: HostLink, isNeeded: Bool) throws(DriverError) -> [Step] {
        guard let generates = link.generatesAddress, generates != isNeeded else { return [] }
        if generates {
            for other in registry.networks.values where other.needsHostAddress {
                if try host.means(other.parent, ParentPlace(link)) { return [] }
            }
            guard try HostUseFinder(host: host).use(of: link) == nil else { return [] }
        }
        return [.setAddressGeneration(isNeeded, of: link)]
    }

    private func foreignLink(_ name: LinkName, of network: Network) throws(DriverError) -> HostLink {
        guard let link = try host.usableLink(named: name) else {
            throw .parentGone(parent: name.text, network: network.id)
        }
        return link
    }
}

/// The steps to a network's parent.
struct ParentPlan {
    var steps: [Step] = []
    /// The parent, where it is there already.
    var parent: HostLink?
    /// Set where a link that is there has the name of one that is wanted; then the steps are not to be taken.
    var obstacle: DriverError?
    /// Links of this program's that are that obstacle, or sit on it, from the uppermost down.
    var stale: [OwnedLink] = []
}

extension DriverError {
    static func parentGone(parent: String, network: NetworkID) -> DriverError {
        DriverError(
            "network \(network.short) cannot be used: its parent link \"\(parent)\" is not on this host now; "
                + "bring the link back and start the container again",
            retry: .parentMissing(link: parent))
    }

    static func vlanCarriedByOther(parent: String, tag: VLANTag, lower: String, other: String) -> DriverError {
        DriverError(
            "parent=\(parent): VLAN \(tag.id) on \"\(lower)\" already exists as link \"\(other)\"; use parent=\(other)")
    }

    fileprivate static func linkIsAnother(_ wanted: SubInterface, lower: String, network: NetworkID) -> DriverError {
        DriverError(
            "network \(network.short) cannot be used: link \"\(wanted.name)\" is no longer VLAN \(wanted.tag.id) on "
                + "\"\(lower)\"; remove or rename that link and start the container again")
    }
}
