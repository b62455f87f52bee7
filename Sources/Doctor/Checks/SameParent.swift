import ControlAPI
import DockerAPI

/// Finds networks of Docker's own macvlan and ipvlan drivers on a parent of swiftvlan.
struct SameParent: Check {
    let name = "same-parent"

    func examine(_ facts: DoctorFacts) -> CheckResult {
        // The check `docker-networks` says why Docker was not asked.
        let others =
            facts.docker?.networks.filter { ["macvlan", "ipvlan"].contains($0.driver) && !$0.isConfigOnly } ?? []
        return CheckResult(
            others.flatMap { other -> [Finding] in
                guard let parent = other.options["parent"] else { return [] }
                let networks = facts.status.networks.filter { $0.parent == parent }
                let opposite = networks.filter { $0.kind != other.driver }
                if !opposite.isEmpty { return [kinds(other, parent, opposite)] }
                guard !networks.isEmpty else { return [] }
                let isOwnVLAN = facts.status.links.contains { $0.name == parent && $0.role == .vlan }
                return [isOwnVLAN ? sharedVLAN(other, parent, networks) : beside(other, parent, networks)]
            })
    }

    private func kinds(_ other: DockerNetwork, _ parent: String, _ networks: [NetworkDocument]) -> Finding {
        Finding(
            .problem, name, subject: parent, networks: networks,
            what: "Docker's \(other.driver) network \(other.name) and swiftvlan's networks are both on \(parent)",
            why: "the kernel does not let macvlan and ipvlan share a parent: the first one in use locks the other out",
            remedy: "move the network to swiftvlan with the same kind: swiftvlan migrate \(other.name)")
    }

    private func sharedVLAN(_ other: DockerNetwork, _ parent: String, _ networks: [NetworkDocument]) -> Finding {
        Finding(
            .warning, name, subject: parent, networks: networks,
            what: "Docker's \(other.driver) network \(other.name) uses \(parent), which swiftvlan created",
            why: "swiftvlan removes it with its last network there, and the containers of \(other.name) lose the LAN",
            remedy: "move the network to swiftvlan: swiftvlan migrate \(other.name)")
    }

    private func beside(_ other: DockerNetwork, _ parent: String, _ networks: [NetworkDocument]) -> Finding {
        Finding(
            .note, name, subject: parent, networks: networks,
            what: "Docker's \(other.driver) network \(other.name) is on \(parent), like networks of swiftvlan",
            why:
                "both work, but \(other.name) has none of swiftvlan's options, such as host access and conflict checks",
            remedy: "nothing, or move the network to swiftvlan: swiftvlan migrate \(other.name)")
    }
}
