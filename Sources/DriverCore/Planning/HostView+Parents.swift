import NetworkTypes

// Resolves the names in networks' records on the host as it is now. Two names may refer to the same link. One VLAN
// sub-interface serves all networks that refer to it, whichever name of its lower link they know.

extension HostView {
    /// Returns the parent of a network's endpoints; nil if it does not exist.
    ///
    /// If the link below a VLAN sub-interface has lost its name, the sub-interface with the recorded name counts.
    func link(of parent: NetworkParent) throws(DriverError) -> HostLink? {
        let named = try link(named: parent.linkName)
        guard case .vlan(let chain, let lower) = parent else { return named }
        if let named, try means(parent, ParentPlace(named)) { return named }
        if var link = try link(named: lower) {
            for (height, vlan) in chain.enumerated() {
                guard let upper = try self.link(vlan, on: link) else { break }
                if height == chain.count - 1 { return upper }
                link = upper
            }
        }
        return named?.kind == chain.last.map { .vlan($0.tag) } ? named : nil
    }

    /// Returns a network's VLAN on a link: the link with its name, whoever created it, or ours under another name.
    func link(_ vlan: SubInterface, on lower: HostLink) throws(DriverError) -> HostLink? {
        if let named = try link(named: vlan.name), named.isVLAN(vlan.tag, on: lower) { return named }
        return try ownVLAN(vlan.tag, on: lower)
    }

    /// Whether a recorded parent refers to a place; reads only the links below that place.
    func means(_ parent: NetworkParent, _ place: ParentPlace) throws(DriverError) -> Bool {
        guard case .vlan(let chain, let lower) = parent else {
            return place.missing.isEmpty ? place.link.hasName(parent.linkName) : place.linkName == parent.linkName.text
        }
        guard chain.suffix(place.missing.count).map(\.tag) == place.missing.map(\.tag) else { return false }
        var link = place.link
        for vlan in chain.dropLast(place.missing.count).reversed() {
            guard link.kind == .vlan(vlan.tag), let index = link.lowerIndex, let below = try self.link(at: index) else {
                return false
            }
            link = below
        }
        return link.hasName(lower)
    }

    /// Returns the routing table of a link: that of the VRF which it is, or whose port it is, or else the main table.
    func table(of link: HostLink) throws(DriverError) -> RoutingTable {
        if case .vrf(let table) = link.kind { return table }
        guard case .vrf(let table)? = try vrf(of: link)?.kind else { return .main }
        return table
    }

    /// Returns the VRF whose port a link is.
    func vrf(of port: HostLink) throws(DriverError) -> HostLink? {
        guard let index = port.masterIndex, let master = try link(at: index), case .vrf = master.kind else {
            return nil
        }
        return master
    }

    /// Returns the networks whose parent is a place.
    func networks(on place: ParentPlace, _ registry: Registry) throws(DriverError) -> [Network] {
        var found: [Network] = []
        for network in registry.networks.values where try means(network.parent, place) { found.append(network) }
        return found
    }

    /// Returns the networks with a link in their chain of parents, whatever name they know it by.
    func networks(needing link: HostLink, _ registry: Registry) throws(DriverError) -> [Network] {
        var found: [Network] = []
        for network in registry.networks.values where try isNeeded(link, by: network) { found.append(network) }
        return found
    }

    /// Whether a network has a link in its chain of parents.
    ///
    /// After a reboot this runs for each pair of link and network, so it compares the tags first.
    func isNeeded(_ link: HostLink, by network: Network) throws(DriverError) -> Bool {
        guard case .vlan(let chain, let lower) = network.parent else { return link.hasName(network.parent.linkName) }
        if link.hasName(lower) || chain.contains(where: { link.hasName(LinkName($0.name)) }) { return true }
        for (height, vlan) in chain.enumerated() where link.kind == .vlan(vlan.tag) {
            if try means(.vlan(Array(chain[...height]), lower: lower), ParentPlace(link)) { return true }
        }
        return false
    }

    /// Returns the links that swiftvlan created for a network, from the top down, under their current names.
    func ownLinks(of network: Network) throws(DriverError) -> [OwnedLink] {
        guard case .vlan(let chain, let lower) = network.parent else { return network.ownLinks }
        // One read of all links replaces one per link.
        _ = try links()
        var below = try link(named: lower)
        var found: [OwnedLink] = []
        for vlan in chain {
            below = try below.flatMap { (lower) throws(DriverError) in try link(vlan, on: lower) }
            let own = below.flatMap { $0.owner == .vlan ? $0.owned : nil }
            found.insert(own ?? OwnedLink(name: vlan.name, owner: .vlan), at: 0)
        }
        return found
    }
}
