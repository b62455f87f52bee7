import NetworkTypes

/// Checks whether a parent's packets get through a VLAN-filtering bridge.
///
/// Such a bridge treats its own link like a port: the link sends and receives only in VLANs that it is a member of
/// (`br_dev_xmit` and `br_pass_frame_up` in net/bridge). Creating a VLAN link on the bridge does not make it a member.
/// The administrator decides the membership and may change it later, so this is checked only when a network is created.
struct BridgeVLANChecks {
    let host: HostView

    /// Refuses a place that a bridge cuts off; returns a notice for one without a way out of the host.
    func check(_ place: ParentPlace, _ options: ParentOptions?) throws(DriverError) -> [Notice] {
        guard let options, let (bridge, tag) = try bridge(below: place), let filtered = bridge.filteredVLANs else {
            return []
        }
        let vlans = try host.bridgeVLANs(of: bridge)
        // To the bridge, a packet with a tag of another protocol is untagged (`__allowed_ingress` in
        // net/bridge/br_vlan.c).
        guard let tag, tag.protocol == filtered else {
            guard let own = vlans.own.first(where: { $0.isPVID && $0.isUntagged }) else {
                throw .bridgeHasNoPVID(raw: options.raw, bridge: bridge.name)
            }
            let id = own.ids.lowerBound
            return vlans.hasPort(in: id) ? [] : [.noPort(of: bridge.name, in: id, " pvid untagged")]
        }
        let id = tag.id.number
        guard let own = vlans.own.first(where: { $0.ids.contains(id) }) else {
            throw .bridgeIsNotInVLAN(raw: options.raw, bridge: bridge.name, tag.id)
        }
        guard !own.isUntagged else { throw .bridgeHasVLANUntagged(raw: options.raw, bridge: bridge.name, tag.id) }
        return vlans.hasPort(in: id) ? [] : [.noPort(of: bridge.name, in: id)]
    }

    /// Returns the bridge below a place and the tag that the place's packets have there; nil if there is no bridge.
    private func bridge(below place: ParentPlace) throws(DriverError) -> (HostLink, VLANTag?)? {
        var tag = place.missing.first?.tag
        var link = place.link
        while case .vlan(let own) = link.kind {
            guard let own, let index = link.lowerIndex, let below = try host.link(at: index) else { return nil }
            (tag, link) = (own, below)
        }
        return link.filteredVLANs == nil ? nil : (link, tag)
    }
}

extension BridgeVLANs {
    fileprivate func hasPort(in id: UInt16) -> Bool { ports.contains { $0.ids.contains(id) } }
}

extension DriverError {
    fileprivate static func bridgeIsNotInVLAN(raw: String, bridge: String, _ id: VLANID) -> DriverError {
        DriverError(
            "\(raw): bridge \"\(bridge)\" filters VLANs and is not in VLAN \(id) itself, so that no packet of it gets "
                + "through; run `bridge vlan add dev \(bridge) vid \(id) self` first, and tag the VLAN on its port to the "
                + "LAN with `bridge vlan add dev PORT vid \(id)`")
    }

    fileprivate static func bridgeHasVLANUntagged(raw: String, bridge: String, _ id: VLANID) -> DriverError {
        DriverError(
            "\(raw): bridge \"\(bridge)\" filters VLANs and takes the tag off the packets of VLAN \(id) that it receives "
                + "itself, so that a VLAN link gets none of them; use parent=\(bridge)")
    }

    fileprivate static func bridgeHasNoPVID(raw: String, bridge: String) -> DriverError {
        DriverError(
            "\(raw): bridge \"\(bridge)\" filters VLANs and drops packets without a tag that it sends itself; name a VLAN "
                + "of the bridge as in parent=\(bridge).50, or put it into one with "
                + "`bridge vlan add dev \(bridge) vid 1 self pvid untagged`")
    }
}

extension Notice {
    /// Reports that no port of a bridge is in the VLAN of a new network's parent.
    ///
    /// Such a port may be added later, like those of virtual machines.
    fileprivate static func noPort(of bridge: String, in id: UInt16, _ how: String = "") -> Notice {
        Notice(
            "bridge \"\(bridge)\" filters VLANs and has no port in VLAN \(id), so that containers reach nobody outside "
                + "this host there; run `bridge vlan add dev PORT vid \(id)\(how)` for its port to the LAN",
            .problem, about: .link(bridge))
    }
}
