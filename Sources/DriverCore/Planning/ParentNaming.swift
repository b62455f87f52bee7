import NetworkTypes

/// Finds the names by which a network's record should know a link: those that the user wrote.
///
/// One of our VLAN links may have to be recreated, so it is also recorded with the links below it.
struct ParentNaming {
    let host: HostView
    let registry: Registry

    /// Returns the parent that a user means by a name of a link.
    func parent(_ link: HostLink, called name: LinkName) throws(DriverError) -> NetworkParent {
        guard link.owner == .vlan else { return .existing(name) }
        let known = try levels(meaning: link)
        if let same = known.first(where: { $0.linkName == name }) { return same }
        if let meant = try read(name, as: link) { return meant }
        if let other = known.first { return other }
        return try describe(link) ?? .existing(name)
    }

    /// Whether the user chose the name of one of our VLAN links, so that it is not the lower link's name with the VLAN
    /// ID.
    func isNamedByUser(_ link: HostLink) throws(DriverError) -> Bool {
        try levels(meaning: link).contains { level in
            guard case .vlan(let chain, let lower) = level, let vlan = chain.last, vlan.name.text == link.name else {
                return false
            }
            let below = chain.dropLast().last.map { LinkName($0.name) } ?? lower
            return vlan.name != LinkNames.vlan(vlan.tag.id, on: below)
        }
    }

    /// Returns the parents by which networks know a link of their chains, in a stable order.
    private func levels(meaning link: HostLink) throws(DriverError) -> [NetworkParent] {
        var found: [NetworkParent] = []
        for network in registry.networks.values.sorted(by: { $0.id.text < $1.id.text }) {
            for level in network.parent.levels where try host.means(level, ParentPlace(link)) { found.append(level) }
        }
        return found
    }

    /// Reads a link's name as `LINK.VID`; nil if the link is not that VLAN.
    private func read(_ name: LinkName, as link: HostLink) throws(DriverError) -> NetworkParent? {
        let readings = ParentText(text: name.text).readings.dropFirst()
        guard let reading = readings.first, case .vlan(let tag?) = link.kind, let ownName = InterfaceName(name.text),
            let lowerName = LinkName(reading.link), let lower = try host.link(named: lowerName),
            reading.numbers == [tag.id.description], link.isVLAN(tag, on: lower)
        else { return nil }
        return try parent(lower, called: lowerName).adding(SubInterface(name: ownName, tag: tag))
    }

    /// Returns the parent of a link that no network knows, because a run was interrupted, with all links below it.
    private func describe(_ link: HostLink) throws(DriverError) -> NetworkParent? {
        guard case .vlan(let tag?) = link.kind, let name = InterfaceName(link.name), let index = link.lowerIndex,
            let lower = try host.link(at: index), let lowerName = LinkName(lower.name)
        else { return nil }
        return try parent(lower, called: lowerName).adding(SubInterface(name: name, tag: tag))
    }
}
