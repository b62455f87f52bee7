import ControlAPI

/// Examines whether a link below networks is a port of another link that takes its packets.
struct ParentPort: Check {
    let name = "parent-port"

    func examine(_ facts: DoctorFacts) -> CheckResult {
        CheckResult(
            facts.lowestLinks.compactMap { use in
                guard let link = facts.links.link(named: use.name),
                    let master = facts.links.link(at: link.masterIndex)
                else { return nil }
                // The kernel takes the packets of a VLAN on a bridge's port before the bridge sees them
                // (`__netif_receive_skb_core` in net/core/dev.c).
                let direct = LinkUse(
                    name: use.name, networks: master.takesTags ? use.networks : use.networks.filter { $0.vlans.isEmpty }
                )
                guard !direct.networks.isEmpty, let word = master.nameAsMaster else { return nil }
                return Finding(
                    .problem, name, subject: use.name, networks: direct.networks,
                    what: "link \"\(use.name)\" is a port of the \(word) \"\(master.name)\"",
                    why: "the \(word) takes the packets of its ports, so containers of \(direct.networkList) have no "
                        + "connectivity",
                    remedy: "create \(direct.networks.count == 1 ? "the network" : "the networks") again with "
                        + "-o parent=\(master.name)"
                        + (master.takesTags ? "" : ", or with a VLAN on the port, such as -o parent=\(use.name).50"))
            })
    }
}

extension HostLink {
    /// What it is called as the master of ports; nil if it lets its ports' packets pass, as a VRF does.
    fileprivate var nameAsMaster: String? {
        switch kind {
        case "bridge": "bridge"
        case "bond": "bond"
        case "team": "team"
        case "openvswitch": "Open vSwitch bridge"
        default: nil
        }
    }

    /// Whether its ports cannot carry VLAN links.
    fileprivate var takesTags: Bool { kind == "bond" || kind == "team" }
}
