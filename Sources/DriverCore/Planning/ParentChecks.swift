import NetworkTypes
import Spelling

/// Which links of the host can be a parent.
struct ParentChecks {
    let host: HostView

    /// Refuses links whose packets somebody else takes first, and those that go when somebody else does. A port of a
    /// VRF is fine: it keeps its packets.
    func checkCanCarry(_ link: HostLink, raw: String, suffix: String) throws(DriverError) {
        guard !link.isLoopback else { throw .parentIsLoopback(raw: raw) }
        guard link.isEthernet else { throw .parentIsNotEthernet(raw: raw, link: link.name) }
        switch link.owner {
        case .endpoint, .isolatedParent, .retired: throw .parentIsOurs(raw: raw)
        case .vlan, nil: break
        }
        guard let masterIndex = link.masterIndex else { return }
        let master = try host.link(at: masterIndex)
        guard let master, case .other(let kind) = master.kind, kind != "vrf" else { return }
        // The same VLAN on the master, where a VLAN on the port was meant.
        throw .parentIsPort(
            raw: raw, port: link.name, masterKind: kind, master: master.name, instead: master.name + suffix)
    }

    /// Refuses a macvlan or ipvlan link: the kernel would silently use its lower link instead, where another network may
    /// be (`macvlan_common_newlink`, `ipvlan_link_new`).
    func checkCanBeParent(_ link: HostLink, raw: String) throws(DriverError) {
        guard let lowerIndex = link.lowerIndex else { return }
        switch link.kind {
        case .macvlan, .ipvlan: break
        default: return
        }
        let lower = try host.link(at: lowerIndex)
        guard let lower else { return }
        throw .parentIsUpperLink(raw: raw, link: link, lower: lower.name)
    }

    /// What the user may have meant; only a guess, so that a failure to make one is none.
    func nearestLinkName(to text: String) -> String? {
        let links = (try? host.links()) ?? []
        return nearest(to: text, among: links.lazy.filter { !$0.isLoopback && $0.owner == nil }.map(\.name))
    }
}

extension DriverError {
    fileprivate static func parentIsLoopback(raw: String) -> DriverError {
        DriverError("\(raw): the loopback cannot be a parent; name a link that leads out of the host")
    }

    fileprivate static func parentIsNotEthernet(raw: String, link: String) -> DriverError {
        DriverError(
            "\(raw): link \"\(link)\" carries no Ethernet frames, as the kernel asks of a parent; name an "
                + "Ethernet link, a bridge, a bond or a VLAN")
    }

    fileprivate static func parentIsOurs(raw: String) -> DriverError {
        DriverError(
            "\(raw): swiftvlan made this link for a network or container of its own and removes it with "
                + "that; name a link of the host's")
    }

    fileprivate static func parentIsPort(
        raw: String, port: String, masterKind: String, master: String, instead: String
    ) -> DriverError {
        DriverError(
            "\(raw): \(port) is a port of the \(masterKind) \"\(master)\", which takes all its "
                + "packets; use parent=\(instead)")
    }

    fileprivate static func parentIsUpperLink(raw: String, link: HostLink, lower: String) -> DriverError {
        DriverError(
            "\(raw): \"\(link.name)\" is \(link.kind.noun) itself, and the kernel would put links on "
                + "\"\(lower)\" below it; use parent=\(lower)")
    }
}
