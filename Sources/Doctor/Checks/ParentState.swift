import ControlAPI

/// Examines whether the links below networks are up and have a carrier.
struct ParentState: Check {
    let name = "parent-state"

    func examine(_ facts: DoctorFacts) -> CheckResult {
        var uses = facts.lowestLinks
        let lowest = Set(uses.map(\.name))
        uses += facts.parents.filter { !lowest.contains($0.name) }
        var downBelow: Set<String> = []
        var findings: [Finding] = []
        for use in uses {
            guard let link = facts.links.link(named: use.name) else { continue }
            // A VLAN link follows the link below; one finding is enough.
            if use.networks.allSatisfy({ $0.lowestLink.map(downBelow.contains) ?? false }) { continue }
            guard !link.isUp || !link.hasCarrier else { continue }
            downBelow.insert(use.name)
            findings.append(link.isUp ? withoutCarrier(use, link) : down(use))
        }
        return CheckResult(findings)
    }

    private func down(_ use: LinkUse) -> Finding {
        Finding(
            .problem, name, subject: use.name, networks: use.networks, what: "link \"\(use.name)\" is down",
            why: "containers of \(use.networkList) reach nothing beyond this host",
            remedy:
                "ip link set \(use.name) up; to keep it up after a reboot, set it up in the host's network configuration"
        )
    }

    private func withoutCarrier(_ use: LinkUse, _ link: HostLink) -> Finding {
        let isBridge = link.kind == "bridge"
        return Finding(
            .problem, name, subject: use.name, networks: use.networks,
            what: "link \"\(use.name)\" is up, but has no carrier",
            why: "containers of \(use.networkList) reach nothing: their links have no carrier either",
            remedy: isBridge
                ? "give the bridge a port that is up: bridge link show; ip link set PORT master \(use.name)"
                : "connect the cable and enable the switch port, or, for a virtual link, set the other end up")
    }
}
