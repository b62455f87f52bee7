import NetworkTypes

// What no record accounts for: made by a run that ended before it could write the record, or removed by one that ended
// after it had removed the record. It is known by its mark, never by its name alone, and left alone for a while: a link
// is about to be moved into a container for a moment.

extension DriverEngine {
    mutating func removeStrayLinks(_ links: HostLinks, at now: Duration) {
        let needed = Set(networks.values.flatMap(\.neededLinks))
        let strays = links.all.filter { $0.removal == nil && isStray($0, needed) }
        for link in strayLinks.look(strays.map { ($0.index, orphanAge) }, at: now) {
            guard let stray = strays.first(where: { $0.index == link }), let owner = stray.owner,
                let name = InterfaceName(stray.name)
            else { continue }
            let isRemoved =
                switch owner {
                case .vlan, .isolatedParent:
                    mayRemoveOneMore() && !removeParentLinks([OwnedLink(name: name, owner: owner)]).isEmpty
                case .endpoint, .retired: retireStray(stray)
                }
            guard isRemoved else { continue }
            repairs.straysRemoved += 1
            notice(.strayLinkRemoved(link: stray.name, alias: owner.alias))
        }
    }

    private func isStray(_ link: HostLink, _ needed: Set<InterfaceName>) -> Bool {
        switch link.owner {
        case nil: false
        // Its removal was given up.
        case .retired: true
        case .endpoint(let id): endpoints[id] == nil
        case .vlan, .isolatedParent: InterfaceName(link.name).map { !needed.contains($0) } ?? false
        }
    }

    private mutating func retireStray(_ link: HostLink) -> Bool {
        do throws(HostNetworkError) {
            return try host.retire(link) != nil
        } catch {
            notice(.removalFailed(sentence: error.sentence))
            return false
        }
    }

    /// Adds the host's routes that are missing, and removes this program's that are left over.
    mutating func repairHostRoutes(_ links: HostLinks, at now: Duration) throws(HostNetworkError) {
        var wanted: [HostRoute: NetworkID] = [:]
        var waitsForLink = false
        for network in networks.values where !network.hostRouteDestinations.isEmpty {
            // Of one that waits, or whose place somebody else's link has, nothing is wanted now.
            guard conditions[network.id] == .ready,
                let parent = try? link(named: network.parent.linkName, links)
            else { continue }
            waitsForLink = waitsForLink || !parent.isUp
            guard parent.isUp else { continue }
            for destination in network.hostRouteDestinations {
                wanted[HostRoute(to: destination, over: parent.index)] = network.id
            }
        }
        // Without networks that want any there may be some left over still, from a former run: seen at its start.
        guard !wanted.isEmpty || mayHaveStrayRoutes else { return }
        let there = Set(try host.ownRoutes())
        let strays = there.filter { wanted[$0] == nil && !isAccountedFor($0) }
        mayHaveStrayRoutes = !strays.isEmpty || !wanted.isEmpty || waitsForLink
        removeStrayRoutes(strays, at: now)
        refusedRoutes = refusedRoutes.filter { wanted[$0.key] != nil }
        for (route, network) in wanted where !there.contains(route) { addAgain(route, of: network, links) }
    }

    /// Whether a route belongs to a network that cannot be used at the moment, because its parent has another name, say.
    private func isAccountedFor(_ route: HostRoute) -> Bool {
        networks.values.contains { network in
            conditions[network.id] != .ready && network.hostRouteDestinations.contains(route.destination)
        }
    }

    private mutating func removeStrayRoutes(_ strays: Set<HostRoute>, at now: Duration) {
        // One that is in the way of a network's own is not waited with.
        let inTheWay = Set(networks.values.flatMap(\.hostRouteDestinations))
        // Nobody knows which routes a network wants whose record cannot be read, and containers may be on it.
        let known = unreadable.isEmpty ? strays : strays.filter { inTheWay.contains($0.destination) }
        let limits = known.map { ($0, inTheWay.contains($0.destination) ? .zero : orphanAge) }
        for route in strayRoutes.look(limits, at: now) {
            do throws(HostNetworkError) {
                try host.remove(route)
                repairs.straysRemoved += 1
                notice(.strayRouteRemoved(destination: route.destination))
            } catch {
                notice(.removalFailed(sentence: error.sentence))
            }
        }
    }

    private mutating func addAgain(_ route: HostRoute, of network: NetworkID, _ links: HostLinks) {
        do throws(HostNetworkError) {
            try host.add(route)
            networksWithoutHostRoutes.remove(network)
            refusedRoutes[route] = nil
            repairs.routesAdded += 1
            let link = links.all.first { $0.index == route.linkIndex }
            notice(.routeAddedAgain(destination: route.destination, link: link?.name ?? ""))
        } catch {
            switch error.reason {
            // One of somebody else's serves, or is in the way: never changed.
            case .alreadyExists: break
            case .linkDown: networksWithoutHostRoutes.insert(network)
            default:
                mustLookAgain = true
                // Said once, as long as the kernel says the same.
                guard refusedRoutes.updateValue(error.sentence, forKey: route) != error.sentence else { return }
                notice(.routeNotAdded(destination: route.destination, sentence: error.sentence))
            }
        }
    }
}

extension Notice {
    fileprivate static func routeAddedAgain(destination: IPPrefix, link: String) -> Notice {
        Notice(
            "the host's route to \(destination) over \"\(link)\" was gone and has been added again",
            about: "route to \(destination)")
    }

    fileprivate static func routeNotAdded(destination: IPPrefix, sentence: String) -> Notice {
        Notice(
            "the host has no route to \(destination) for now: \(sentence)", .problem,
            about: "route to \(destination)")
    }

    fileprivate static func strayLinkRemoved(link: String, alias: String) -> Notice {
        Notice("link \"\(link)\" (\(alias)) was left over from an earlier time and has been removed", aboutLink: link)
    }

    fileprivate static func strayRouteRemoved(destination: IPPrefix) -> Notice {
        Notice(
            "the host's route to \(destination) was left over from an earlier time and has been removed",
            about: "route to \(destination)")
    }
}
