import NetworkTypes
import Spelling

/// Checks which of the host's links can be a parent.
struct ParentChecks {
    let host: HostView

    /// Refuses links that cannot carry Ethernet frames for others, and our links that are removed with a network or
    /// endpoint.
    func checkCanCarry(_ link: HostLink, raw: String) throws(DriverError) {
        guard !link.isLoopback else { throw .parentIsLoopback(raw: raw) }
        guard link.isEthernet else { throw .parentIsNotEthernet(raw: raw, link: link.name) }
        if case .vrf = link.kind { throw .parentIsVRF(raw: raw, link: link.name) }
        switch link.owner {
        case .endpoint, .isolatedParent, .shim, .retired: throw .parentIsOurs(raw: raw)
        case .vlan, nil: return
        }
    }

    /// Refuses a port, whose packets its master takes first.
    ///
    /// A VLAN on a port is allowed, unless the port is one of several: the kernel delivers the VLAN's packets to it
    /// before the port's master sees them (`__netif_receive_skb_core` in net/core/dev.c calls `vlan_do_receive` before
    /// the receive handler).
    func checkIsFree(_ place: ParentPlace, raw: String) throws(DriverError) {
        guard let port = try port(of: place.link) else { return }
        let suffix = place.missing.map { ".\($0.tag.id)" }.joined()
        guard place.missing.isEmpty || port.isOneOfMany else { return }
        // If a VLAN on the port was meant, the suffix names the same VLAN on the master.
        throw .parentIsPort(raw: raw, port, suffix: suffix)
    }

    /// Returns the error for a parent that has become a port since its network was created.
    func obstacle(on parent: HostLink, to network: Network) throws(DriverError) -> DriverError? {
        if let vrf = try host.vrf(of: parent) { return VRFRules.obstacle(to: network, on: parent, of: vrf) }
        return try port(of: parent).map { .parentHasBecomePort(network: network.id, $0) }
    }

    /// Refuses a macvlan or ipvlan link as a parent.
    ///
    /// The kernel would silently use its lower link instead, where another network may be (`macvlan_common_newlink`,
    /// `ipvlan_link_new`).
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

    /// Returns the name that the user may have meant.
    ///
    /// It is only a guess, so a failure to read the links is ignored.
    func nearestLinkName(to text: String) -> String? {
        let links = (try? host.links()) ?? []
        let names = links.lazy.filter { !$0.isLoopback && $0.owner == nil }.flatMap { [$0.name] + $0.alternativeNames }
        return nearest(to: text, among: names)
    }

    /// Returns a link as a port whose packets its master takes.
    ///
    /// Nil for any other link, and for a port of a VRF, which keeps its packets.
    private func port(of link: HostLink) throws(DriverError) -> Port? {
        guard let index = link.masterIndex, let master = try host.link(at: index), let kind = master.kind.masterNoun
        else { return nil }
        var uppermost = master
        // For a NIC in a bond that is a bridge's port, this is the bridge.
        while let index = uppermost.masterIndex, let next = try host.link(at: index), next.kind == .other("bridge") {
            uppermost = next
        }
        return Port(link: link, master: master, masterKind: kind, uppermost: uppermost.name)
    }
}

/// A link whose packets its master takes.
private struct Port {
    let link: HostLink
    let master: HostLink
    let masterKind: String
    /// The link that receives untagged packets in the end.
    let uppermost: String

    /// Whether packets use any of several ports, so that a VLAN on one of them would miss some.
    var isOneOfMany: Bool { ["bond", "team", HostLinkKind.deviceNoun].contains(masterKind) }
}

extension HostLinkKind {
    /// The word for a NIC that is the master of another one, such as a virtual machine's NIC of the virtual function
    /// behind it (drivers/net/hyperv/netvsc_drv.c, net/core/failover.c).
    fileprivate static let deviceNoun = "NIC"

    /// The kind's name, if links of the kind have ports.
    fileprivate var masterNoun: String? {
        switch self {
        case .other(let kind): kind
        case .device: Self.deviceNoun
        case .macvlan, .ipvlan, .vlan, .dummy, .vrf: nil
        }
    }
}

extension DriverError {
    fileprivate static func parentIsLoopback(raw: String) -> DriverError {
        DriverError("\(raw): the loopback cannot be a parent; name a link that leads out of the host")
    }

    fileprivate static func parentIsNotEthernet(raw: String, link: String) -> DriverError {
        DriverError(
            "\(raw): link \"\(link)\" carries no Ethernet frames, which the kernel requires of a parent; name "
                + "an Ethernet link, a bridge, a bond or a VLAN")
    }

    /// The kernel allows no links on a VRF (`IFF_NO_RX_HANDLER` in drivers/net/vrf.c).
    fileprivate static func parentIsVRF(raw: String, link: String) -> DriverError {
        DriverError("\(raw): \"\(link)\" is a VRF, which receives no packets itself; name one of its ports")
    }

    fileprivate static func parentIsOurs(raw: String) -> DriverError {
        DriverError(
            "\(raw): swiftvlan created this link for another network or for a container and removes it with "
                + "them; name a link of the host")
    }

    fileprivate static func parentIsPort(raw: String, _ port: Port, suffix: String) -> DriverError {
        let name = port.link.name
        if !suffix.isEmpty {
            return DriverError(
                "\(raw): \"\(name)\" is a port of the \(port.masterKind) \"\(port.master.name)\", which receives packets "
                    + "on all its ports, so a VLAN on one of them would miss some; use "
                    + "parent=\(port.master.name)\(suffix)")
        }
        return DriverError("\(raw): \"\(name)\" is \(port.loss); use \(port.alternative)")
    }

    fileprivate static func parentHasBecomePort(network: NetworkID, _ port: Port) -> DriverError {
        DriverError(
            "network \(network.short) cannot be used: its parent \"\(port.link.name)\" is now \(port.loss); remove "
                + "it from there, or recreate the network with \(port.alternative)")
    }

    fileprivate static func parentIsUpperLink(raw: String, link: HostLink, lower: String) -> DriverError {
        DriverError(
            "\(raw): \"\(link.name)\" is \(link.kind.noun) itself, and the kernel would put the network's "
                + "links on its parent \"\(lower)\"; use parent=\(lower)")
    }
}

extension Port {
    /// The port's master, and the packets that it takes.
    fileprivate var loss: String {
        let what = isOneOfMany ? "all its packets" : "all its packets except those of VLANs on it"
        return "a port of the \(masterKind) \"\(master.name)\", which takes \(what)"
    }

    /// The parent to use instead.
    fileprivate var alternative: String {
        // The master is the switch itself, which has no packets (net/openvswitch/vport-netdev.c).
        let isSwitch = masterKind == "openvswitch"
        let instead = isSwitch ? "the link of its bridge (`ovs-vsctl list-br`)" : "parent=\(uppermost)"
        return isOneOfMany ? instead : "\(instead), or a VLAN on \(link.name) as in parent=\(link.name).50"
    }
}
