import NetworkTypes

/// Finds the names by which a network's record is to know a link: those that the user wrote. A VLAN link of this program's
/// may have to be created again, so that it is known by what it is on as well.
struct ParentNaming {
    let host: HostView
    let registry: Registry

    /// A link that a user called by a name.
    func parent(_ link: HostLink, called name: LinkName) throws(DriverError) -> NetworkParent {
        guard link.owner == .vlan else { return .existing(name) }
        let known = try levels(that: link)
        if let same = known.first(where: { $0.linkName == name }) { return same }
        if let meant = try read(name, as: link) { return meant }
        if let other = known.first { return other }
        return try describe(link) ?? .existing(name)
    }

    /// Whether a VLAN link of this program's has a name from a user, and not that of the link below with a number.
    func isNamedByUser(_ link: HostLink) throws(DriverError) -> Bool {
        try levels(that: link).contains { level in
            guard case .vlan(let chain, let lower) = level, let vlan = chain.last, vlan.name.text == link.name else {
                return false
            }
            let below = chain.dropLast().last.map { LinkName($0.name) } ?? lower
            return vlan.name != LinkNames.vlan(vlan.tag.id, on: below)
        }
    }

    /// How networks know a link of their chains; sorted, so that it is the same each time.
    private func levels(that link: HostLink) throws(DriverError) -> [NetworkParent] {
        var found: [NetworkParent] = []
        for network in registry.networks.values.sorted(by: { $0.id.text < $1.id.text }) {
            for level in network.parent.levels where try host.means(level, ParentPlace(link)) { found.append(level) }
        }
        return found
    }

    /// A name that is `LINK.VID` for the link that it is the name of.
    private func read(_ name: LinkName, as link: HostLink) throws(DriverError) -> NetworkParent? {
        let readings = ParentText(text: name.text).readings.dropFirst()
        guard let reading = readings.first, case .vlan(let tag?) = link.kind, let ownName = InterfaceName(name.text),
            let lowerName = LinkName(reading.link), let lower = try host.link(named: lowerName),
            reading.numbers == [tag.id.description], link.isVLAN(tag, on: lower)
        else { return nil }
        return try parent(lower, called: lowerName).adding(SubInterface(name: ownName, tag: tag))
    }

    /// A link that no network knows, because a run ended too soon, down to the link that was there before.
    private func describe(_ link: HostLink) throws(DriverError) -> NetworkParent? {
        guard case .vlan(let tag?) = link.kind, let name = InterfaceName(link.name), let index = link.lowerIndex,
            let lower = try host.link(at: index), let lowerName = LinkName(lower.name)
        else { return nil }
        return try parent(lower, called: lowerName).adding(SubInterface(name: name, tag: tag))
    }
}
