import NetworkTypes

/// Compares the parent that a network needs with the existing links.
///
/// Create, join and reconciliation use the same comparison.
struct ParentPlanner {
    let host: HostView
    /// The registry, for the other networks of the same parent.
    let registry: Registry

    /// Returns the steps that create, set up or resize a network's VLAN sub-interfaces or isolated parent.
    ///
    /// Throws if the network cannot be used now: a link that swiftvlan does not create is missing, or a link is being
    /// removed.
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

    /// Plans a chain of VLAN sub-interfaces, from the lowest link up.
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
                // The lower link's name now belongs to another link. These are not needed unless containers are on
                // them.
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

    /// Returns the error for a missing VLAN that exists as another program's link, with the rest of the chain on it.
    private func carrier(of vlan: SubInterface, on lower: HostLink) throws(DriverError) -> DriverError? {
        let other = try host.links().first { $0.kind == .vlan(vlan.tag) && $0.lowerIndex == lower.index }
        return other.map {
            .vlanCarriedByOther(parent: vlan.name.text, tag: vlan.tag, lower: lower.name, other: $0.name)
        }
    }

    /// Returns the plan, with an obstacle if the parent has become a port, where no link can be created.
    private func checked(_ plan: ParentPlan, of network: Network) throws(DriverError) -> ParentPlan {
        guard plan.obstacle == nil, let parent = plan.parent else { return plan }
        var plan = plan
        plan.obstacle = try ParentChecks(host: host).obstacle(on: parent, to: network)
        return plan
    }

    /// Returns the steps that set up a sub-interface or raise its MTU to its parent's.
    ///
    /// A sub-interface cannot be up on a parent that is down, and comes up with it. When the parent's MTU is lowered,
    /// the kernel lowers the sub-interface's MTU with it, but does not raise it again (`vlan_transfer_features` and
    /// `NETDEV_CHANGEMTU` in net/8021q/vlan.c).
    private func upkeep(of link: HostLink, on lower: HostLink) -> [Step] {
        var steps: [Step] = []
        if !link.isUp, lower.isUp { steps.append(.setUp(link)) }
        if let mtu = link.mtu, let wanted = lower.mtu, mtu < wanted { steps.append(.setMTU(wanted, of: link)) }
        return steps
    }

    /// Returns the steps that turn the host's generated IPv6 address on or off on one of our links.
    ///
    /// The host has such an address only where a network needs it; otherwise its services would be open to the
    /// containers' LAN. A link may have an unneeded one if an earlier version created it, if a layer 3 network was on
    /// it, or if it had no IPv6 while its MTU was too small. A link that the host uses keeps its address.
    ///
    /// This precedes setting the link up, so that no address is generated then.
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

/// The steps to a network's parent, and the links found so far.
struct ParentPlan {
    var steps: [Step] = []
    /// The parent, if it already exists.
    var parent: HostLink?
    /// Set if an existing link has the name of a wanted one; then the steps must not be applied.
    var obstacle: DriverError?
    /// Our links that are the obstacle or are on it, from the top down.
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
                + "\"\(lower)\"; remove or rename that link, then restart the network's containers")
    }
}
