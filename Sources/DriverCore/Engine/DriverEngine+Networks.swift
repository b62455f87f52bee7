import NetworkTypes

extension DriverEngine {
    /// Makes a network, with its VLAN sub-interface or dummy parent where it needs one.
    ///
    /// Swarm repeats the call for a network that it has made before: the same again changes nothing, another one of
    /// that identifier takes the old one's place together with its endpoints.
    package mutating func createNetwork(_ request: NetworkRequest) throws(DriverError) {
        let options = try NetworkOptions(request.options)
        let parent = try chooseParent(options.parent, for: request.id)
        let network = Network(
            id: request.id, attachment: options.attachment, parent: parent, isInternal: request.isInternal,
            pools: request.pools)
        let sharers = networks.values.filter { $0.parent.linkName == parent.linkName && $0.id != network.id }
        try ParentSharing.check(network.attachment, on: parent.linkName, besides: sharers)

        let known = networks[network.id]
        if known == network {
            _ = try provideParent(of: network)
            return
        }
        // The endpoints of a network that is made anew are orphans in any case.
        _ = try deleteEndpoints(of: network.id)
        let made = try provideParent(of: network)
        do throws(DriverError) {
            try storing { (store) throws(StateStoreError) in try store.save(network) }
            networks[network.id] = network
            if let known { _ = try removeParent(known.parent, of: known.id) }
        } catch {
            if let made { _ = try? host.retire(made) }
            restore(known, network.id)
            throw error
        }
    }

    /// Forgets a network with all its endpoints, and removes its parent where that was made for it and nobody else
    /// uses it; tells which removals are under way, for a caller who wants to see them finished.
    ///
    /// The record goes first: should the program end in between, a link that is marked and has no record is plainly
    /// left over, whereas a record without its link could as well be in use.
    package mutating func deleteNetwork(_ id: NetworkID) throws(DriverError) -> [LinkRemoval] {
        let removals = try deleteEndpoints(of: id)
        guard let network = networks[id] else {
            // A network that is not known, because its record was lost, may still have left its dummy.
            guard let name = LinkNames.isolatedParent(id) else { return removals }
            return try removals + removeParent(.isolated(name), of: id)
        }
        try storing { (store) throws(StateStoreError) in try store.remove(id) }
        networks[id] = nil
        do throws(DriverError) {
            return try removals + removeParent(network.parent, of: id)
        } catch {
            restore(network, id)
            throw error
        }
    }

    private mutating func deleteEndpoints(of id: NetworkID) throws(DriverError) -> [LinkRemoval] {
        var removals: [LinkRemoval] = []
        for endpoint in endpoints(of: id) {
            if let removal = try deleteEndpoint(endpoint.id) { removals.append(removal) }
        }
        return removals
    }

    /// Takes back a change of a network's record, as far as the store can still be written.
    private mutating func restore(_ network: Network?, _ id: NetworkID) {
        networks[id] = network
        if let network { try? store.save(network) } else { try? store.remove(id) }
    }

    /// Makes sure that the parent's link is there; tells which link was made for it, if one was.
    mutating func provideParent(of network: Network) throws(DriverError) -> HostLink? {
        let plan: HostLinkPlan
        switch network.parent {
        case .existing:
            return nil
        case .isolated(let name):
            if try usableLink(named: name)?.owner == .isolatedParent(network.id) { return nil }
            plan = HostLinkPlan(name: name, kind: .dummy, owner: .isolatedParent(network.id))
        case .vlan(let name, let tag, let lowerName):
            if let link = try usableLink(named: name) {
                guard link.kind == .vlan(tag) else {
                    throw .parentIsAnother(parent: name.text, tag: tag, network: network.id)
                }
                return nil
            }
            guard let lower = try usableLink(named: lowerName) else {
                throw .parentGone(parent: lowerName.text, network: network.id)
            }
            plan = HostLinkPlan(name: name, kind: .vlan(tag, lower: lower), owner: .vlan)
        }
        return try make(plan)
    }

    /// Makes a link, with the driver's own words for what the kernel says in few.
    mutating func make(_ plan: HostLinkPlan) throws(DriverError) -> HostLink {
        do throws(HostNetworkError) {
            return try host.make(plan)
        } catch {
            switch error.reason {
            case .kindNotSupported:
                throw .kindNotSupported(kind: plan.kind.moduleName, sentence: error.sentence)
            case .alreadyExists, .parentClaimed:
                try explainRefusal(of: plan)
            case .settingNotSupported, .linkDown, .other:
                throw .host(error)
            }
        }
        // Nothing is in the way, or no longer: a link on its way out may have gone in between.
        return try hosting { (host) throws(HostNetworkError) in try host.make(plan) }
    }

    /// Names the link that is in a new one's way: one that is on its way out still claims its parent for its kind, or
    /// alone, and its VLAN number.
    private mutating func explainRefusal(of plan: HostLinkPlan) throws(DriverError) {
        guard let lower = plan.kind.lower else { return }
        let all = try hosting { (host) throws(HostNetworkError) in try host.links() }
        let siblings = all.filter { $0.lowerIndex == lower.index }
        if let removal = siblings.lazy.compactMap(\.removal).first { throw .linkBeingRemoved(removal) }
        if case .vlan(let tag, _) = plan.kind, let holder = siblings.first(where: { $0.kind == .vlan(tag) }) {
            throw .vlanCarriedByOther(parent: plan.name.text, tag: tag, lower: lower.name, holder: holder.name)
        }
    }

    /// Removes the links of a parent that this program made, from the uppermost down to the first that a network
    /// still needs, or that somebody else has put a link of theirs upon: that would go with it.
    private mutating func removeParent(_ parent: NetworkParent, of id: NetworkID) throws(DriverError) -> [LinkRemoval] {
        let owner: LinkOwner
        switch parent {
        case .existing: return []
        case .isolated: owner = .isolatedParent(id)
        case .vlan: owner = .vlan
        }
        // All are looked up before the first is retired, which cannot be taken back.
        var links: [HostLink] = []
        for name in parent.linkNames {
            guard !networks.values.contains(where: { $0.parent.linkNames.contains(name) }) else { break }
            if let link = try link(named: name, ownedBy: owner) { links.append(link) }
        }
        guard !links.isEmpty else { return [] }
        let all = try hosting { (host) throws(HostNetworkError) in try host.links() }
        var removals: [LinkRemoval] = []
        for link in links {
            let upper = all.filter { $0.lowerIndex == link.index && !links.contains($0) }
            guard link.masterIndex == nil, upper.allSatisfy(\.isEndpointOrGoing) else { break }
            if let removal = try retire(link) { removals.append(removal) }
        }
        return removals
    }

    /// The link of a name if it still is what this program made; a link of somebody else's is none.
    mutating func link(named name: InterfaceName, ownedBy owner: LinkOwner) throws(DriverError) -> HostLink? {
        let link = try hosting { (host) throws(HostNetworkError) in try host.link(named: name) }
        return link?.owner == owner ? link : nil
    }

    /// Retires a link, unless that has been done already.
    mutating func retire(_ link: HostLink) throws(DriverError) -> LinkRemoval? {
        if let removal = link.removal { return removal }
        return try hosting { (host) throws(HostNetworkError) in try host.retire(link) }
    }

    /// The link of a name, unless it is on its way out: then the call has to be repeated.
    mutating func usableLink(named name: InterfaceName) throws(DriverError) -> HostLink? {
        let link = try hosting { (host) throws(HostNetworkError) in try host.link(named: name) }
        if let removal = link?.removal { throw .linkBeingRemoved(removal) }
        return link
    }
}

extension HostLink {
    /// Whether the link is of no use without the one below it: an endpoint's, or one that is being removed.
    fileprivate var isEndpointOrGoing: Bool {
        if case .endpoint = owner { true } else { removal != nil }
    }
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
