import ControlAPI

/// Reports what filters MAC addresses around a virtual machine.
struct VirtualMachine: Check {
    let name = "virtual-machine"

    func examine(_ facts: DoctorFacts) -> CheckResult {
        let macvlan = facts.status.networks.filter { network in
            network.isMacvlan && network.mode != "passthru" && network.lowestLink.map { facts.leadsOut($0) } ?? false
        }
        switch Machine(facts.files) {
        case .other: return .nothing
        case .cloud(let cloud): return CheckResult(inCloud(cloud, macvlan, facts))
        case .virtual(let hypervisor, let setting):
            guard !macvlan.isEmpty else { return .nothing }
            return CheckResult([
                Finding(
                    .note, name, subject: hypervisor, networks: macvlan,
                    what: "this host is a virtual machine of \(hypervisor), and \(LinkUse.list(macvlan)) "
                        + "\(macvlan.count == 1 ? "uses" : "use") macvlan",
                    why:
                        "a hypervisor may drop frames of MAC addresses that it did not assign; this cannot be seen from "
                        + "the host",
                    remedy: "if containers do not reach the LAN: \(setting); or create the network with -o mode=l2")
            ])
        }
    }

    private func inCloud(_ cloud: String, _ macvlan: [NetworkDocument], _ facts: DoctorFacts) -> [Finding] {
        let bridged = facts.status.networks.filter { network in
            network.mode == "l2" && network.lowestLink.map { facts.leadsOut($0) } ?? false
        }
        var findings: [Finding] = []
        if !macvlan.isEmpty {
            findings.append(
                Finding(
                    .warning, name, subject: cloud, networks: macvlan,
                    what: "this host runs on \(cloud), and \(LinkUse.list(macvlan)) "
                        + "\(macvlan.count == 1 ? "uses" : "use") macvlan",
                    why: "the cloud's network drops frames of MAC addresses that it did not assign",
                    remedy:
                        "create the network with -o mode=l3, and route its subnet to this host in the cloud's network; "
                        + "with -o mode=l2, assign each container's address to this host's NIC"))
        }
        if !bridged.isEmpty {
            findings.append(
                Finding(
                    .note, name, subject: cloud, networks: bridged,
                    what: "this host runs on \(cloud), and \(LinkUse.list(bridged)) "
                        + "\(bridged.count == 1 ? "uses" : "use") ipvlan l2",
                    why: "the cloud's network delivers only addresses that are assigned to this host's NIC",
                    remedy: "assign each container's address to this host's NIC in the cloud, or use -o mode=l3 with a "
                        + "route to this host"))
        }
        return findings
    }
}

extension DoctorFacts {
    /// Whether a link may lead to the network around the host: a NIC, or a link that has NICs as ports.
    fileprivate func leadsOut(_ name: String) -> Bool {
        guard let link = links.link(named: name) else { return false }
        return link.kind == nil || ["bond", "team", "bridge", "openvswitch"].contains(link.kind)
    }
}
