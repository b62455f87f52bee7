import NetworkTypes

extension DriverEngine {
    /// Finds out what a user's `parent=` means on this host as it is now, and refuses what cannot be one.
    mutating func chooseParent(_ text: String?, for id: NetworkID) throws(DriverError) -> NetworkParent {
        guard let text else {
            guard let name = LinkNames.isolatedParent(id) else { throw .unknownNetwork(id) }
            return .isolated(name)
        }
        let choice = ParentChoice(text: text)
        if let name = choice.linkName, let link = try usableLink(named: name) {
            try checkCanBeParent(link, written: text)
            return try parent(of: link)
        }
        guard let vlan = choice.vlan else {
            throw .parentNotFound(parent: text, nearest: nearestLinkName(to: text))
        }
        return try newVLAN(vlan.id, on: vlan.lower, written: text)
    }

    /// An existing link as a parent, under the name that it has: the kernel finds links by alternative names too, and
    /// rules that compare names would take one link for two.
    ///
    /// A VLAN link that was made for a network which is known is shared and counted; any other link is never touched.
    /// That includes VLAN links whose networks were forgotten with a former run of the daemon: containers may be on
    /// them still, out of sight in namespaces of their own, and would go with the link.
    private mutating func parent(of link: HostLink) throws(DriverError) -> NetworkParent {
        guard let name = InterfaceName(link.name) else { throw .parentNotFound(parent: link.name, nearest: nil) }
        let isCounted = networks.values.contains { $0.parent.linkNames.contains(name) && $0.parent.isVLAN }
        guard isCounted, link.owner == .vlan, case .vlan(let tag?) = link.kind, let lowerIndex = link.lowerIndex else {
            return .existing(name)
        }
        let lower = try hosting { (host) throws(HostNetworkError) in try host.link(at: lowerIndex) }
        guard let lower, let lowerName = InterfaceName(lower.name) else { return .existing(name) }
        return .vlan(name: name, tag: tag, lower: lowerName)
    }

    private mutating func newVLAN(
        _ number: String,
        on lowerText: String,
        written text: String
    ) throws(DriverError) -> NetworkParent {
        guard let lowerName = InterfaceName(lowerText), let lower = try usableLink(named: lowerName) else {
            throw .vlanLowerLinkNotFound(parent: text, lower: lowerText, nearest: nearestLinkName(to: lowerText))
        }
        guard let id = UInt16(decimal: number).flatMap({ VLANID($0) }) else {
            throw .vlanIDOutOfRange(parent: text, id: number, lower: lowerText)
        }
        guard let name = InterfaceName(text) else { throw .linkNameTooLong(parent: text) }
        try checkCanBeParent(lower, written: text, vlan: ".\(number)")
        return .vlan(name: name, tag: VLANTag(id: id), lower: InterfaceName(lower.name) ?? lowerName)
    }

    /// Refuses links whose packets somebody else takes first, and those that go when somebody else does. A port of a
    /// VRF is fine: it keeps its packets.
    private mutating func checkCanBeParent(
        _ link: HostLink,
        written text: String,
        vlan suffix: String = ""
    ) throws(DriverError) {
        guard !link.isLoopback else { throw .parentIsLoopback(parent: text) }
        switch link.owner {
        case .endpoint, .isolatedParent, .retired: throw .parentIsOurs(parent: text)
        case .vlan, nil: break
        }
        guard let masterIndex = link.masterIndex else { return }
        let master = try hosting { (host) throws(HostNetworkError) in try host.link(at: masterIndex) }
        guard let master, case .other(let kind) = master.kind, kind != "vrf" else { return }
        // The same VLAN on the master, where a VLAN on the port was meant.
        throw .parentIsPort(
            parent: text, port: link.name, masterKind: kind, master: master.name, instead: master.name + suffix)
    }

    /// What the user may have meant; only a guess, so that a failure to make one is none.
    private mutating func nearestLinkName(to text: String) -> String? {
        let links = (try? host.links()) ?? []
        return nearest(to: text, among: links.lazy.filter { !$0.isLoopback && $0.owner == nil }.map(\.name))
    }
}
