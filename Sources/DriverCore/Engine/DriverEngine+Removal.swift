import NetworkTypes

// Taking away what was made on the host. None of it fails: what the kernel does not remove now is tried again.

/// A link that this program made, by its name and mark.
struct OwnedLink: Hashable {
    let name: InterfaceName
    let owner: LinkOwner
}

/// What could not be removed.
enum Leftover: Hashable {
    case link(OwnedLink)
    case hostRoutes(to: [IPPrefix], over: InterfaceName)
}

extension DriverEngine {
    /// Whether something waits to be removed; `removeLeftovers` tries it again.
    package var hasLeftovers: Bool { !leftovers.isEmpty }

    /// Tries once more to remove what could not be removed before. Every call that changes something does this first.
    package mutating func removeLeftovers() {
        let waiting = leftovers
        leftovers = []
        for leftover in waiting {
            switch leftover {
            case .hostRoutes(let destinations, let parent): removeHostRoutes(to: destinations, over: parent)
            case .link(let link):
                if case .endpoint(let id) = link.owner {
                    guard endpoints[id] == nil else { continue }
                    _ = removeLink(link)
                } else {
                    _ = removeParentLinks([link])
                }
            }
        }
    }

    /// Removes what a network had on the host for itself.
    mutating func removeSurroundings(of network: Network) -> [LinkRemoval] {
        removeHostRoutes(of: network)
        let links =
            switch network.parent {
            case .existing: [OwnedLink]()
            case .isolated(let name): [OwnedLink(name: name, owner: .isolatedParent(network.id))]
            case .vlan(let chain, _): chain.reversed().map { OwnedLink(name: $0.name, owner: .vlan) }
            }
        return removeParentLinks(links)
    }

    /// Removes links of a parent, from the uppermost down to the first that a network still needs, or that somebody
    /// else has put a link of theirs upon: that would go with it.
    mutating func removeParentLinks(_ links: [OwnedLink]) -> [LinkRemoval] {
        let unneeded = links.prefix { link in !networks.values.contains { $0.needs(link.name) } }
        guard !unneeded.isEmpty else { return [] }
        var removals: [LinkRemoval] = []
        do throws(HostNetworkError) {
            let all = try host.links()
            var going: Set<InterfaceIndex> = []
            for wanted in unneeded {
                guard let link = all.first(where: { $0.name == wanted.name.text }) else { continue }
                let upper = all.filter { $0.lowerIndex == link.index && !going.contains($0.index) }
                guard link.owner == wanted.owner || link.removal != nil, link.masterIndex == nil,
                    upper.allSatisfy(\.isEndpointOrGoing)
                else { break }
                going.insert(link.index)
                if let removal = link.removal {
                    removals.append(removal)
                } else if let removal = try host.retire(link) {
                    removals.append(removal)
                }
            }
        } catch {
            unneeded.forEach { keep(.link($0), error) }
        }
        return removals
    }

    /// Removes one link, if it still is what this program made; a link of somebody else's is none.
    mutating func removeLink(_ wanted: OwnedLink) -> Removal {
        do throws(HostNetworkError) {
            let removal = try host.retire(wanted.name, ownedBy: wanted.owner)
            return removal.map { .underWay($0) } ?? .notThere
        } catch {
            keep(.link(wanted), error)
            return .failed
        }
    }

    /// What came of the removal of a link.
    enum Removal {
        case underWay(LinkRemoval)
        case notThere
        case failed
    }

    /// Takes back what a call has made that failed later.
    mutating func takeBack(_ provision: Provision) {
        if let parent = provision.routeParent { removeHostRoutes(to: provision.routes, over: parent) }
        for link in provision.links.reversed() {
            guard let name = InterfaceName(link.name), let owner = link.owner else { continue }
            _ = removeLink(OwnedLink(name: name, owner: owner))
        }
    }

    mutating func keep(_ leftover: Leftover, _ error: HostNetworkError) {
        guard !leftovers.contains(leftover) else { return }
        leftovers.append(leftover)
        notice(.removalFailed(sentence: error.sentence))
    }
}

extension Network {
    /// Whether a link is the network's parent or below it.
    fileprivate func needs(_ name: InterfaceName) -> Bool {
        if case .vlan(_, let lower) = parent, lower == name { return true }
        return parent.linkName == name || parent.subInterfaces.contains { $0.name == name }
    }
}

extension HostLink {
    /// Whether the link is of no use without the one below it: an endpoint's, or one that is being removed.
    fileprivate var isEndpointOrGoing: Bool {
        switch owner {
        case .endpoint, .retired: true
        case .vlan, .isolatedParent, nil: removal != nil
        }
    }
}
