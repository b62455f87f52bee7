import NetworkTypes

/// Resolves a user's `parent=` and `vlan=` on this host as it is now.
struct ParentResolver {
    let host: HostView
    let registry: Registry

    private var checks: ParentChecks { ParentChecks(host: host) }
    private var naming: ParentNaming { ParentNaming(host: host, registry: registry) }

    /// Returns the meaning of the options; without options, the parent of an isolated network, which has no place.
    ///
    /// Our VLAN links are shared; other links are never changed.
    func parent(_ options: ParentOptions?, for id: NetworkID) throws(DriverError) -> ResolvedParent {
        guard let options else {
            guard let name = LinkNames.isolatedParent(id) else { throw .unknownNetwork(id) }
            return ResolvedParent(parent: .isolated(name))
        }
        let (name, link, numbers) = try read(options)
        try checks.checkCanCarry(link, raw: options.raw)
        let place = ParentPlace(link)
        var resolved = ResolvedParent(place: place, parent: try naming.parent(link, called: name))
        let tags = try tags(
            numbers + options.vlan, on: link, options, isKnown: registry.networks[id] != nil)
        if tags.isEmpty {
            try checkMatches(link, options)
        } else {
            try climb(tags, from: name, place, &resolved, options)
        }
        try checks.checkIsFree(resolved.place ?? place, raw: options.raw)
        if tags.isEmpty { try checks.checkCanBeParent(link, raw: options.raw) }
        return resolved
    }

    /// Returns the first reading of a parent's text whose link exists.
    private func read(_ options: ParentOptions) throws(DriverError) -> (LinkName, HostLink, [VLANID]) {
        let readings = ParentText(text: options.text).readings
        for reading in readings {
            guard let name = LinkName(reading.link), let link = try host.usableLink(named: name) else { continue }
            var ids: [VLANID] = []
            for number in reading.numbers {
                guard let id = UInt16(decimal: number).flatMap({ VLANID($0) }) else {
                    throw .notVLANID(parent: options.text, number, lower: reading.link)
                }
                ids.append(id)
            }
            return (name, link, ids)
        }
        let shortest = ParentText(text: options.text).shortest
        let lower = shortest.link
        guard !shortest.numbers.isEmpty else {
            throw .parentNotFound(parent: lower, nearest: checks.nearestLinkName(to: lower))
        }
        if let name = LinkName(lower), try host.usableLink(named: name) != nil {
            throw .tooManyVLANIDs(parent: options.text, shortest)
        }
        throw .vlanLowerLinkNotFound(
            parent: options.text, lower: lower, nearest: checks.nearestLinkName(to: lower))
    }

    /// Returns the tags of the VLANs on a link.
    ///
    /// `vlan_protocol` applies to the outermost tag, which may be the link's own. A known network may have more tags
    /// than the limit: earlier versions counted only one tag of the link, and Swarm repeats the request.
    private func tags(
        _ ids: [VLANID], on link: HostLink, _ options: ParentOptions, isKnown: Bool
    ) throws(DriverError) -> [VLANTag] {
        var outer = options.outerProtocol
        if case .vlan(let tag) = link.kind {
            if let wanted = outer, let tag, tag.protocol != wanted {
                throw .vlanHasOtherProtocol(raw: options.raw, link: link.name, tag: tag)
            }
            outer = nil
        }
        if !ids.isEmpty {
            let count = ids.count + (try tagCount(of: link, upTo: isKnown ? 1 : nil))
            guard count <= ParentText.tagLimit else { throw .tooManyVLANTags(raw: options.raw, count: count) }
        }
        return ids.enumerated().map { place, id in
            VLANTag(id: id, protocol: place == 0 ? outer ?? .dot1Q : .dot1Q)
        }
    }

    /// Returns the number of VLAN tags on a link's packets, or the limit if that is lower.
    private func tagCount(of link: HostLink, upTo limit: Int?) throws(DriverError) -> Int {
        var (count, link) = (0, link)
        while count != limit, case .vlan = link.kind {
            count += 1
            guard let index = link.lowerIndex, let lower = try host.link(at: index) else { break }
            link = lower
        }
        return count
    }

    /// Goes up from a link, VLAN by VLAN, through existing links to those that must be created.
    private func climb(
        _ tags: [VLANTag], from name: LinkName, _ start: ParentPlace, _ resolved: inout ResolvedParent,
        _ options: ParentOptions
    ) throws(DriverError) {
        var (place, lowerName) = (start, name)
        for (position, tag) in tags.enumerated() {
            let ownName = position == tags.count - 1 ? options.vlanName : nil
            guard let name = ownName ?? LinkNames.vlan(tag.id, on: lowerName) else {
                throw .parentNotFound(parent: options.text, nearest: nil)
            }
            let vlan = SubInterface(name: name, tag: tag)
            if place.missing.isEmpty, let found = try existing(vlan, on: place.link, isNamed: ownName != nil, options) {
                place.link = found
                // A missing link is waited for if others created it, and recreated if it is ours.
                resolved.parent = found.owner == .vlan ? resolved.parent.adding(vlan) : .existing(LinkName(name))
            } else {
                let fullName = LinkNames.fullVLANName(tag.id, on: lowerName)
                if ownName == nil, fullName != name.text {
                    resolved.notices.append(.shortLinkName(wanted: fullName, given: name.text))
                }
                place.missing.append(vlan)
                resolved.parent = resolved.parent.adding(vlan)
            }
            lowerName = LinkName(name)
        }
        resolved.place = place
    }

    /// Returns the existing link for a VLAN: one with the right name, or ours under another name of the lower link.
    ///
    /// A link whose name the user chose is used only under that name.
    private func existing(
        _ vlan: SubInterface, on lower: HostLink, isNamed: Bool, _ options: ParentOptions
    ) throws(DriverError) -> HostLink? {
        if let found = try host.usableLink(named: vlan.name) {
            guard found.isVLAN(vlan.tag, on: lower) else {
                throw .vlanNameTaken(raw: options.raw, name: vlan.name, tag: vlan.tag, lower: lower.name)
            }
            return found
        }
        guard let other = try host.ownVLAN(vlan.tag, on: lower) else { return nil }
        let isKeptApart = isNamed ? true : try naming.isNamedByUser(other)
        guard !isKeptApart else {
            throw .vlanCarriedByOther(parent: vlan.name.text, tag: vlan.tag, lower: lower.name, other: other.name)
        }
        return other
    }

    /// Refuses options about a VLAN link that they did not create.
    private func checkMatches(_ link: HostLink, _ options: ParentOptions) throws(DriverError) {
        if let wanted = options.vlanName, wanted.text != link.name {
            throw .optionNotUsable(
                option: "vlan_name=\(wanted)", why: "link \"\(link.name)\" already exists and keeps its name",
                instead: "leave the option out, or name the VLAN with vlan=")
        }
        guard options.outerProtocol != nil else { return }
        if case .vlan = link.kind { return }
        throw .optionNotUsable(
            option: options.raw, why: "link \"\(link.name)\" is not a VLAN",
            instead: "name the VLAN with vlan=, or leave vlan_protocol out")
    }
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

    fileprivate static func notVLANID(parent: String, _ text: String, lower: String) -> DriverError {
        let digits = text.drop { $0 == "0" }
        let meant = UInt16(decimal: digits).flatMap { VLANID($0) }
        let advice =
            meant.map { "write \($0), without leading zeros" } ?? "use 1 to 4094, as in parent=\(lower).50"
        return DriverError("parent=\(parent): \(text) is not a VLAN ID; \(advice)")
    }

    /// The error for a parent that names more VLANs on an existing link than swiftvlan supports.
    fileprivate static func tooManyVLANIDs(parent: String, _ reading: ParentText.Reading) -> DriverError {
        let (limit, ids) = (ParentText.tagLimit, reading.numbers)
        let example = ids.suffix(limit).joined(separator: ".")
        return DriverError(
            "parent=\(parent): there is no link \"\(parent)\" on this host, and it names \(ids.count) VLAN tags on "
                + "\"\(reading.link)\"; use at most \(limit), as in parent=\(reading.link).\(example)")
    }

    fileprivate static func vlanNameTaken(
        raw: String, name: InterfaceName, tag: VLANTag, lower: String
    ) -> DriverError {
        DriverError(
            "\(raw): link \"\(name)\" already exists and is not VLAN \(tag) on \"\(lower)\"; choose "
                + "another name with vlan_name=")
    }

    fileprivate static func vlanHasOtherProtocol(raw: String, link: String, tag: VLANTag) -> DriverError {
        DriverError("\(raw): link \"\(link)\" is VLAN \(tag); leave vlan_protocol out or use another link")
    }

    fileprivate static func tooManyVLANTags(raw: String, count: Int) -> DriverError {
        DriverError(
            "\(raw): this makes \(count) VLAN tags, and swiftvlan supports \(ParentText.tagLimit); use a parent with "
                + "fewer VLANs")
    }
}

extension Notice {
    /// Reports that a VLAN link has an unexpected name.
    fileprivate static func shortLinkName(wanted: String, given: String) -> Notice {
        Notice(
            "VLAN link \"\(wanted)\" is named \"\(given)\", because the kernel limits names to 15 bytes; "
                + "choose another name with vlan_name=", about: .link(given))
    }
}
