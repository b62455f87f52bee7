import NetworkTypes

/// Finds out what a user's `parent=` and `vlan=` mean on this host as it is now.
struct ParentResolver {
    let host: HostView
    let registry: Registry

    private var checks: ParentChecks { ParentChecks(host: host) }

    /// Finds a parent's place, and refuses what cannot be one; nil for an isolated network.
    func place(for options: ParentOptions?) throws(DriverError) -> ParentPlace? {
        guard let options else { return nil }
        let (link, numbers) = try read(options)
        guard let name = InterfaceName(link.name) else {
            throw .parentNotFound(parent: options.text, nearest: nil)
        }
        let suffix = (numbers + options.vlan).map { ".\($0)" }.joined()
        try checks.checkCanCarry(link, raw: options.raw, suffix: suffix)
        var place = ParentPlace(link: link)
        let tags = try tags(numbers + options.vlan, on: link, options)
        if tags.isEmpty {
            try checkMatches(link, options)
            try checks.checkCanBeParent(link, raw: options.raw)
        } else {
            try climb(tags, from: name, &place, options)
        }
        return place
    }

    /// The parent at a place, under the names that its links have: the kernel finds links by alternative names too, and
    /// rules that compare names would take one link for two.
    ///
    /// VLAN links of this program's are shared; any other link is never touched.
    func parent(at place: ParentPlace?, for id: NetworkID) throws(DriverError) -> NetworkParent {
        guard let place else {
            guard let name = LinkNames.isolatedParent(id) else { throw .unknownNetwork(id) }
            return .isolated(name)
        }
        guard let name = InterfaceName(place.link.name) else {
            throw .parentNotFound(parent: place.link.name, nearest: nil)
        }
        let below = try ownParent(place.link, name) ?? .existing(name)
        switch below {
        case .vlan(let chain, let lower): return .vlan(chain + place.missing, lower: lower)
        default: return place.missing.isEmpty ? below : .vlan(place.missing, lower: name)
        }
    }

    /// A VLAN link of this program's, down to the link that was there before: as the networks that use it know it, or
    /// where none does, because a run ended too soon, as it is.
    private func ownParent(_ link: HostLink, _ name: InterfaceName) throws(DriverError) -> NetworkParent? {
        guard link.owner == .vlan else { return nil }
        for network in registry.networks.values {
            guard case .vlan(let chain, let lower) = network.parent,
                let top = chain.firstIndex(where: { $0.name == name })
            else { continue }
            return .vlan(Array(chain[...top]), lower: lower)
        }
        var chain: [SubInterface] = []
        var lower = link
        while lower.owner == .vlan, case .vlan(let tag?) = lower.kind, let name = InterfaceName(lower.name),
            let index = lower.lowerIndex
        {
            guard let below = try host.link(at: index) else { return nil }
            chain.insert(SubInterface(name: name, tag: tag), at: 0)
            lower = below
        }
        guard !chain.isEmpty, let lowerName = InterfaceName(lower.name) else { return nil }
        return .vlan(chain, lower: lowerName)
    }

    /// The first reading of a parent's text whose link is there.
    private func read(_ options: ParentOptions) throws(DriverError) -> (HostLink, [VLANID]) {
        let readings = ParentText(text: options.text).readings
        for reading in readings {
            guard let name = InterfaceName(reading.link), let link = try host.usableLink(named: name) else { continue }
            var ids: [VLANID] = []
            for number in reading.numbers {
                guard let id = UInt16(decimal: number).flatMap({ VLANID($0) }) else {
                    throw .vlanIDOutOfRange(parent: options.text, id: number, lower: reading.link)
                }
                ids.append(id)
            }
            return (link, ids)
        }
        guard readings.count > 1, let lower = readings.last?.link else {
            throw .parentNotFound(parent: options.text, nearest: checks.nearestLinkName(to: options.text))
        }
        throw .vlanLowerLinkNotFound(
            parent: options.text, lower: lower, nearest: checks.nearestLinkName(to: lower))
    }

    /// The tags of VLANs upon a link. `vlan_protocol` is that of the outermost tag, which may be the link's own.
    private func tags(_ ids: [VLANID], on link: HostLink, _ options: ParentOptions) throws(DriverError) -> [VLANTag] {
        var outer = options.outerProtocol
        var depth = ids.count
        if case .vlan(let tag) = link.kind {
            if let wanted = outer, let tag, tag.protocol != wanted {
                throw .vlanHasOtherProtocol(raw: options.raw, link: link.name, tag: tag)
            }
            outer = nil
            depth += 1
        }
        guard depth <= 2 || ids.isEmpty else { throw .tooManyVLANTags(raw: options.raw) }
        return ids.enumerated().map { place, id in
            VLANTag(id: id, protocol: place == 0 ? outer ?? .dot1Q : .dot1Q)
        }
    }

    /// Goes up from a link by one VLAN after the other, over those that are there to those that have to be made.
    private func climb(
        _ tags: [VLANTag], from name: InterfaceName, _ place: inout ParentPlace, _ options: ParentOptions
    ) throws(DriverError) {
        var lowerName = name
        for (position, tag) in tags.enumerated() {
            let ownName = position == tags.count - 1 ? options.vlanName : nil
            guard let name = ownName ?? LinkNames.vlan(tag.id, on: lowerName) else {
                throw .parentNotFound(parent: options.text, nearest: nil)
            }
            if place.missing.isEmpty, let found = try host.usableLink(named: name) {
                guard found.kind == .vlan(tag), found.lowerIndex == place.link.index else {
                    throw .vlanNameTaken(raw: options.raw, name: name, tag: tag, lower: place.link.name)
                }
                place.link = found
            } else {
                let fullName = LinkNames.fullVLANName(tag.id, on: lowerName)
                if ownName == nil, fullName != name.text {
                    place.notices.append(.shortLinkName(wanted: fullName, given: name.text))
                }
                place.missing.append(SubInterface(name: name, tag: tag))
            }
            lowerName = name
        }
    }

    /// Refuses options about a VLAN link that was not made by them.
    private func checkMatches(_ link: HostLink, _ options: ParentOptions) throws(DriverError) {
        if let wanted = options.vlanName, wanted.text != link.name {
            throw .optionNotUsable(
                option: "vlan_name=\(wanted)", why: "link \"\(link.name)\" is there already and keeps its name",
                instead: "leave the option out, or name the VLAN by vlan=")
        }
        guard options.outerProtocol != nil else { return }
        if case .vlan = link.kind { return }
        throw .optionNotUsable(
            option: options.raw, why: "link \"\(link.name)\" is no VLAN",
            instead: "name the VLAN by vlan=, or leave vlan_protocol out")
    }
}

/// Where on the host a network is to be: a link that is there, and the VLAN links that are to be made upon it.
struct ParentPlace {
    /// The uppermost link that is there.
    var link: HostLink
    /// What is to be made upon it, from the lowest up; empty when endpoints' links sit on the link itself.
    var missing: [SubInterface] = []
    var notices: [Notice] = []

    /// The name of the link that endpoints' links sit on.
    var linkName: String { missing.last?.name.text ?? link.name }
}

extension DriverError {
    fileprivate static func parentNotFound(parent: String, nearest: String?) -> DriverError {
        DriverError(
            "parent=\(parent): there is no link \"\(parent)\" on this host; "
                + (nearest.map { "did you mean parent=\($0)?" }
                    ?? "name one that `ip link` shows, or LINK.VID for a VLAN on it, such as eth0.50"))
    }

    fileprivate static func vlanLowerLinkNotFound(parent: String, lower: String, nearest: String?) -> DriverError {
        DriverError(
            "parent=\(parent): there is no link \"\(lower)\" on this host to carry the VLAN; "
                + (nearest.map { "did you mean \($0)?" } ?? "name one that `ip link` shows"))
    }

    fileprivate static func vlanIDOutOfRange(parent: String, id: String, lower: String) -> DriverError {
        DriverError("parent=\(parent): \(id) is not a VLAN number; use 1 to 4094, as in parent=\(lower).50")
    }

    fileprivate static func vlanNameTaken(
        raw: String, name: InterfaceName, tag: VLANTag, lower: String
    ) -> DriverError {
        DriverError(
            "\(raw): there is a link \"\(name)\" already and it is not VLAN \(tag) on \(lower); choose "
                + "another name with vlan_name=")
    }

    fileprivate static func vlanHasOtherProtocol(raw: String, link: String, tag: VLANTag) -> DriverError {
        DriverError("\(raw): link \"\(link)\" is VLAN \(tag); use that protocol or another link")
    }

    fileprivate static func tooManyVLANTags(raw: String) -> DriverError {
        DriverError("\(raw): these would be more than two VLAN tags; name a link that carries one tag or none")
    }
}

extension Notice {
    /// A VLAN link has another name than one would expect.
    fileprivate static func shortLinkName(wanted: String, given: String) -> Notice {
        Notice(
            "VLAN link \"\(wanted)\" is called \"\(given)\", because the kernel allows names of 15 bytes; "
                + "vlan_name= gives it another name", about: .link(given))
    }
}
