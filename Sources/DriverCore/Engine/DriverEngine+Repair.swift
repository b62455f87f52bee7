import NetworkTypes

// Making the host agree with the records again: at the start, when something on the host has changed, and now and then.

/// How thoroughly the host is looked at.
package enum LookExtent: Hashable, Sendable {
    /// At the host's own links and this program's routes.
    case host
    /// In containers' network namespaces too, for endpoints that are gone.
    case everywhere
}

extension DriverEngine {
    /// Compares the host with the records, and repairs what is this program's: VLAN links and isolated parents that are
    /// gone, down or too small, and the host's routes; removes what no record accounts for any more; forgets endpoints
    /// whose containers are gone.
    ///
    /// What somebody else has made is never changed; a network for which it is missing waits. Each change of a network's
    /// condition is noted once. Safe to be called at any time, and as often as one likes; `now` is the time since some
    /// fixed moment. Does not fail: what cannot be done now is tried at the next look.
    package mutating func repair(at now: Duration, _ extent: LookExtent = .host) {
        removeLeftovers()
        mustLookAgain = false
        removalsLeft = Self.removalsAtMost
        do throws(HostNetworkError) {
            var links = HostLinks(try host.links())
            let firstLinks = links
            // After the host: a link that is moved into a container meanwhile is seen in one place at least.
            let elsewhere = extent == .everywhere ? lookElsewhere() : []
            let made = repairs.linksMade
            for network in networks.values.sorted(by: { $0.id.text < $1.id.text }) { repair(network, links) }
            if repairs.linksMade != made { links = HostLinks(try host.links()) }
            try repairHostRoutes(links, at: now)
            removeStrayLinks(links, at: now)
            if extent == .everywhere { dropLostEndpoints(firstLinks, elsewhere: elsewhere, at: now) }
        } catch {
            mustLookAgain = true
            notice(.lookFailed(sentence: error.sentence))
        }
    }

    /// The endpoints in containers; nil where they cannot be told, which is no reason not to repair the rest.
    private mutating func lookElsewhere() -> Set<EndpointID>? {
        do throws(HostNetworkError) {
            return try host.endpointsElsewhere()
        } catch {
            mustLookAgain = true
            notice(.lookFailed(sentence: error.sentence))
            return nil
        }
    }

    /// How many parents' links are removed in one look at most. For each, all links and namespaces are looked through: the
    /// rest follows in the next look, so that calls do not wait for all of them.
    private static var removalsAtMost: Int { 16 }

    /// Whether one more of a parent's links may be removed in this look.
    mutating func mayRemoveOneMore() -> Bool {
        removalsLeft -= 1
        if removalsLeft < 0 { mustLookAgain = true }
        return removalsLeft >= 0
    }

    /// Whether the last look could not do all that it had to, so that another one has to follow soon.
    package var isRepairUnfinished: Bool { mustLookAgain }

    /// Whether something was seen that will have to be removed if it is still there later.
    package var hasSuspects: Bool { !strayLinks.isEmpty || !strayRoutes.isEmpty || !lostEndpoints.isEmpty }

    /// The networks that cannot be used now, and why.
    package var troubles: [NetworkID: NetworkCondition] { conditions.filter { $0.value != .ready } }

    private mutating func repair(_ network: Network, _ links: HostLinks) {
        do throws(DriverError) {
            note(try repairedCondition(of: network, links), of: network)
        } catch {
            switch error.retry {
            case .linkBeingRemoved: mustLookAgain = true
            case .parentMissing(let link): note(.waiting(forLink: link), of: network)
            case .stepRefused, .heldByDyingLink:
                mustLookAgain = true
                note(.blocked(sentence: error.message), of: network)
            case nil: note(.blocked(sentence: error.message), of: network)
            }
        }
    }

    private mutating func repairedCondition(
        of network: Network, _ links: HostLinks
    ) throws(DriverError) -> NetworkCondition {
        switch network.parent {
        case .existing(let name):
            return try link(named: name, links) != nil ? .ready : .waiting(forLink: name.text)
        case .isolated(let name):
            guard let link = links[name], link.removal == nil, link.owner == .isolatedParent(network.id) else {
                try makeAgain(network)
                return .ready
            }
            setUpAgain(link, on: nil)
            return .ready
        case .vlan(let chain, let lowerName):
            return try repairVLANs(chain, on: lowerName, of: network, links)
        }
    }

    private mutating func repairVLANs(
        _ chain: [SubInterface], on lowerName: InterfaceName, of network: Network, _ links: HostLinks
    ) throws(DriverError) -> NetworkCondition {
        guard var lower = try link(named: lowerName, links) else { return .waiting(forLink: lowerName.text) }
        for (height, wanted) in chain.enumerated() {
            guard let link = links[wanted.name], link.removal == nil else {
                try makeAgain(network)
                return .ready
            }
            guard link.isSubInterface(wanted, on: lower) else {
                // Ours upon a link that has lost its name to another: nobody needs them, unless containers do.
                if link.owner == .vlan {
                    guard mayRemoveOneMore() else { return conditions[network.id] ?? .ready }
                    try removeStaleVLANs(chain[height...])
                }
                try makeAgain(network)
                return .ready
            }
            if link.owner == .vlan {
                setUpAgain(link, on: lower)
                raiseMTU(of: link, on: lower)
            }
            lower = link
        }
        return .ready
    }

    /// The link of a name; an alternative name of a link is one too, which a list of links does not tell.
    mutating func link(named name: InterfaceName, _ links: HostLinks) throws(DriverError) -> HostLink? {
        if let link = links[name] { return link.removal == nil ? link : nil }
        return try usableLink(named: name)
    }

    private mutating func makeAgain(_ network: Network) throws(DriverError) {
        repairs.attempts += 1
        let made = try provide(network)
        for link in made.links {
            repairs.linksMade += 1
            let hasContainers = endpoints.values.contains { endpoint in
                endpoint.hasJoined
                    && networks[endpoint.networkID]?.neededLinks.contains { $0.text == link.name } == true
            }
            notice(.linkMadeAgain(link: link.name, network: network.id, hasContainers: hasContainers))
        }
    }

    private mutating func removeStaleVLANs(_ chain: ArraySlice<SubInterface>) throws(DriverError) {
        let links = chain.reversed().map { OwnedLink(name: $0.name, owner: .vlan) }
        let removals = removeParentLinks(links, evenIfNeeded: true)
        if let removal = removals.first { throw .linkBeingRemoved(removal) }
    }

    /// Sets a link of this program's up again. On a parent that is down a VLAN cannot be, and goes up with it.
    private mutating func setUpAgain(_ link: HostLink, on lower: HostLink?) {
        guard !link.isUp, lower?.isUp ?? true else { return }
        do throws(HostNetworkError) {
            try host.setUp(link)
            repairs.linksSetUp += 1
            notice(.linkSetUp(link: link.name))
        } catch {
            mustLookAgain = true
            notice(.linkNotSetUp(link: link.name, sentence: error.sentence))
        }
    }

    /// A VLAN link takes what the link below takes: when that is lowered the kernel lowers the VLAN's with it, but does
    /// not raise it again (`vlan_transfer_features` and `NETDEV_CHANGEMTU` in net/8021q/vlan.c).
    private mutating func raiseMTU(of link: HostLink, on lower: HostLink) {
        guard let mtu = link.mtu, let wanted = lower.mtu, mtu < wanted, unraisableMTUs[link.index] != wanted else {
            return
        }
        do throws(HostNetworkError) {
            try host.setMTU(wanted, of: link)
            repairs.mtusRaised += 1
            notice(.mtuRaised(link: link.name, mtu: wanted))
        } catch {
            // A parent that has no room for the tag besides; it need not be asked again.
            unraisableMTUs[link.index] = wanted
            notice(.mtuNotRaised(link: link.name, sentence: error.sentence))
        }
    }

    /// Keeps a network's condition, and notes where it is another than before.
    private mutating func note(_ condition: NetworkCondition, of network: Network) {
        let before = conditions[network.id] ?? .ready
        conditions[network.id] = condition
        guard before != condition else { return }
        if case .waiting = before, condition == .ready { repairs.parentsFound += 1 }
        switch (before, condition) {
        case (_, .waiting(let link)):
            repairs.parentsLost += 1
            notice(.parentAway(link: link, network: network.id))
        case (_, .blocked(let sentence)): notice(.networkBlocked(network: network.id, sentence: sentence))
        case (.waiting(let link), .ready): notice(.parentBack(link: link, network: network.id))
        case (_, .ready): notice(.networkUsable(network: network.id))
        }
    }
}

/// The host's links at one look, by their names.
struct HostLinks {
    let all: [HostLink]
    private let named: [String: Int]

    init(_ all: [HostLink]) {
        self.all = all
        named = Dictionary(all.enumerated().map { ($0.element.name, $0.offset) }, uniquingKeysWith: { $1 })
    }

    subscript(name: InterfaceName) -> HostLink? { named[name.text].map { all[$0] } }
}

extension HostLink {
    /// Whether the link is what a network knows as its sub-interface, whoever made it.
    func isSubInterface(_ wanted: SubInterface, on lower: HostLink) -> Bool {
        kind == .vlan(wanted.tag) && lowerIndex == lower.index
    }
}

// What became of networks, and what was repaired.
extension Notice {
    /// The host could not be looked at, which is tried again.
    fileprivate static func lookFailed(sentence: String) -> Notice {
        Notice("the host could not be looked at and will be again: \(sentence)", .problem, about: sentence)
    }

    /// A network's parent, or the link below it, is not there.
    fileprivate static func parentAway(link: String, network: NetworkID) -> Notice {
        Notice(
            "network \(network.short) waits for link \"\(link)\", which is not on this host; its containers can be "
                + "started as soon as it is", .problem, aboutLink: link)
    }

    fileprivate static func parentBack(link: String, network: NetworkID) -> Notice {
        Notice("network \(network.short) works again: link \"\(link)\" is there", aboutLink: link)
    }

    /// A network cannot be used for the time being.
    fileprivate static func networkBlocked(network: NetworkID, sentence: String) -> Notice {
        Notice(sentence, .problem, about: network)
    }

    fileprivate static func networkUsable(network: NetworkID) -> Notice {
        Notice("network \(network.short) works again", about: network)
    }

    fileprivate static func linkMadeAgain(link: String, network: NetworkID, hasContainers: Bool) -> Notice {
        Notice(
            "link \"\(link)\" of network \(network.short) was gone and has been made again"
                + (hasContainers ? "; containers that were on it have to be restarted" : ""), aboutLink: link)
    }

    fileprivate static func linkSetUp(link: String) -> Notice {
        Notice("link \"\(link)\" was down and has been set up again", aboutLink: link)
    }

    fileprivate static func linkNotSetUp(link: String, sentence: String) -> Notice {
        Notice("link \"\(link)\" is down and stays so for now: \(sentence)", .problem, aboutLink: link)
    }

    fileprivate static func mtuRaised(link: String, mtu: Int) -> Notice {
        Notice("link \"\(link)\" takes packets of \(mtu) bytes now, as the link below does", aboutLink: link)
    }

    fileprivate static func mtuNotRaised(link: String, sentence: String) -> Notice {
        Notice("the MTU of link \"\(link)\" stays: \(sentence)", .problem, aboutLink: link)
    }
}
