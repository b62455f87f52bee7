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
    /// The engine has forgotten these, and their records could not be removed.
    case network(NetworkID)
    case endpoint(EndpointID)
}

extension DriverEngine {
    /// Whether something waits to be removed; `removeLeftovers` tries it again.
    package var hasLeftovers: Bool { !leftovers.isEmpty }

    /// Tries once more to remove what could not be removed before. Every call that changes something does this first.
    package mutating func removeLeftovers() {
        let waiting = leftovers
        leftovers = []
        announced = Set(waiting)
        defer { announced = [] }
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
            case .network(let id): _ = try? forget(id)
            case .endpoint(let id): _ = try? forget(id)
            }
        }
    }

    /// Runs a call that makes what was to be removed as soon as possible; when it fails, that is to be removed still.
    mutating func withoutPendingRemoval<Result>(
        _ leftover: Leftover, _ call: (inout Self) throws(DriverError) -> Result
    ) throws(DriverError) -> Result {
        let wasPending = leftovers.contains(leftover)
        leftovers.removeAll { $0 == leftover }
        do throws(DriverError) {
            return try call(&self)
        } catch {
            if wasPending { leftovers.append(leftover) }
            throw error
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

    /// Removes links of a parent, from the uppermost down to the first that a network still needs, or that has a link
    /// upon it, be it in a container: that would go with it. Such a one is removed when the last of these has gone.
    mutating func removeParentLinks(_ links: [OwnedLink], evenIfNeeded: Bool = false) -> [LinkRemoval] {
        let unneeded = links.prefix { link in
            evenIfNeeded || !networks.values.contains { $0.neededLinks.contains(link.name) }
        }
        guard !unneeded.isEmpty else { return [] }
        var removals: [LinkRemoval] = []
        do throws(HostNetworkError) {
            let all = try host.links()
            var going: Set<InterfaceIndex> = []
            for wanted in unneeded {
                guard let link = all.first(where: { $0.name == wanted.name.text }) else { continue }
                let upper = all.filter { $0.lowerIndex == link.index && !going.contains($0.index) }
                guard link.owner == wanted.owner || link.removal != nil, link.masterIndex == nil else { break }
                let users = upper.filter(\.isAlive)
                guard users.isEmpty, try isFreeElsewhere(link) else {
                    if users.contains(where: isLeftover) { unneeded.forEach { leftovers.append(.link($0)) } }
                    break
                }
                going.insert(link.index)
                if let removal = link.removal {
                    removals.append(removal)
                } else if let removal = try host.retire(link) {
                    removals.append(removal)
                }
            }
        } catch {
            unneeded.forEach { keep(.link($0), error.sentence) }
        }
        return removals
    }

    /// Whether a link is one of those that are tried again, so that what it is upon has to be too.
    private func isLeftover(_ link: HostLink) -> Bool {
        guard let name = InterfaceName(link.name), let owner = link.owner else { return false }
        return leftovers.contains(.link(OwnedLink(name: name, owner: owner)))
    }

    /// Whether nothing is upon a link in other namespaces; not when that cannot be told.
    private mutating func isFreeElsewhere(_ link: HostLink) throws(HostNetworkError) -> Bool {
        guard link.isAlive else { return true }
        return try host.linksElsewhere(upon: link)?.isEmpty ?? false
    }

    /// Removes one link, if it still is what this program made; a link of somebody else's is none.
    mutating func removeLink(_ wanted: OwnedLink) -> Removal {
        do throws(HostNetworkError) {
            let removal = try host.retire(wanted.name, ownedBy: wanted.owner)
            return removal.map { .underWay($0) } ?? .notThere
        } catch {
            keep(.link(wanted), error.sentence)
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

    mutating func keep(_ leftover: Leftover, _ reason: String) {
        guard !leftovers.contains(leftover) else { return }
        leftovers.append(leftover)
        if !announced.contains(leftover) { notice(.removalFailed(sentence: reason)) }
    }
}

extension Network {
    /// The links that the network's endpoints are upon, down to the one that was there before.
    var neededLinks: [InterfaceName] {
        switch parent {
        case .existing(let name), .isolated(let name): [name]
        case .vlan(let chain, let lower): [lower] + chain.map(\.name)
        }
    }
}

extension HostLink {
    /// Whether the link is there to stay.
    var isAlive: Bool { removal == nil && owner != .retired }
}

extension Notice {
    /// Something could not be removed and is tried again.
    static func removalFailed(sentence: String) -> Notice {
        Notice("\(sentence); it will be tried again", .problem, about: sentence)
    }
}
