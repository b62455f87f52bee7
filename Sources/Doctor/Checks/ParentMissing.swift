import ControlAPI
import Spelling

/// Looks for the links that networks are on.
struct ParentMissing: Check {
    let name = "parent-missing"

    func examine(_ facts: DoctorFacts) -> CheckResult {
        let lowest = facts.lowestLinks.filter { facts.links.link(named: $0.name) == nil }
        let missing = Set(lowest.map(\.name))
        // The VLAN links and isolated parents that swiftvlan creates as soon as the link below exists.
        let own = facts.ownParents.filter { use in
            facts.links.link(named: use.name) == nil && !missing.contains(use.name)
                && use.networks.contains { $0.lowestLink.map { !missing.contains($0) } ?? true }
        }
        return CheckResult(lowest.map { absent($0, facts) } + own.map { notCreated($0, facts) })
    }

    private func absent(_ use: LinkUse, _ facts: DoctorFacts) -> Finding {
        let near = nearest(to: use.name, among: candidates(facts))
        let hint = near.map { "; \"\($0)\" has a similar name" } ?? ""
        return Finding(
            .problem, name, subject: use.name, networks: use.networks,
            what: "link \"\(use.name)\" is not on this host\(hint)",
            why: "containers of \(use.networkList) cannot be started; running ones have lost their interfaces if the "
                + "link was deleted, and still work if it was renamed",
            remedy: (near.map { near in
                "if \"\(near)\" is the same NIC under a new name: ip link property add dev \(near) altname \(use.name)"
                    + " (docs/options.md says how to keep the name); if the link was deleted, bring it back"
            } ?? "bring the link back (ip -br link lists the links of this host)") + restart(use, facts, ", "))
    }

    /// What to do with the containers that ran without the link, after a separator; empty if Docker knows none.
    private func restart(_ use: LinkUse, _ facts: DoctorFacts, _ separator: String) -> String {
        guard facts.docker != nil else {
            return "\(separator)then restart its running containers: docker restart NAME…"
        }
        let names = facts.runningContainers(in: use.networks)
        return names.isEmpty
            ? ""
            : "\(separator)then restart what ran without it: docker restart "
                + names.joined(separator: " ")
    }

    private func candidates(_ facts: DoctorFacts) -> [String] {
        let kinds: Set = ["macvlan", "ipvlan", "vlan", "dummy", "macvtap", "ipvtap"]
        return facts.links.all.filter { !$0.isLoopback && !($0.kind.map(kinds.contains) ?? false) }.map(\.name)
    }

    private func notCreated(_ use: LinkUse, _ facts: DoctorFacts) -> Finding {
        Finding(
            .problem, name, subject: use.name, networks: use.networks,
            what: "link \"\(use.name)\", which swiftvlan creates, is not on this host",
            why:
                "containers of \(use.networkList) cannot be started, and those that ran when the link was deleted have "
                + "lost their interfaces",
            remedy: "run: swiftvlan reconcile, which says why the link cannot be created; if the daemon is not "
                + "running: systemctl start swiftvlan" + restart(use, facts, "; "))
    }
}

extension DoctorFacts {
    /// The parents that are not the host's own links: VLAN links and isolated parents.
    fileprivate var ownParents: [LinkUse] {
        Dictionary(grouping: status.networks.filter { $0.parent != $0.lowestLink }, by: \.parent)
            .sorted { $0.key < $1.key }.map { LinkUse(name: $0.key, networks: $0.value) }
    }
}
