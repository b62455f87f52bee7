import ControlAPI
import DockerAPI

/// Finds networks and endpoints that only Docker or only swiftvlan knows.
struct DockerNetworks: Check {
    let name = "docker-networks"

    func examine(_ facts: DoctorFacts) -> CheckResult {
        guard let docker = facts.docker else {
            return .notChecked(facts.dockerError ?? "Docker was not asked")
        }
        let own = Dictionary(facts.status.networks.map { ($0.id, $0) }) { first, _ in first }
        let here = docker.networks.filter { $0.isOwn && !$0.isConfigOnly }
        let known = Set(docker.networks.map(\.id))
        let onlyHere = facts.status.networks.filter { !known.contains($0.id) }
        return CheckResult(
            here.filter { own[$0.id] == nil && facts.status.unreadable.isEmpty }.map(onlyInDocker)
                + onlyHere.map(onlyInSwiftvlan)
                + facts.status.networks.filter { known.contains($0.id) }.flatMap { endpoints(of: $0, docker) })
    }

    private func onlyInDocker(_ network: DockerNetwork) -> Finding {
        Finding(
            .problem, name, subject: network.name,
            what: "Docker has the network \(network.name), which swiftvlan does not know",
            why: "its containers cannot be started: Docker creates a network once, and the record of this one is lost",
            remedy: """
                create it again: docker network inspect \(network.name), docker network rm \(network.name), docker \
                network create … with the same options
                """)
    }

    private func onlyInSwiftvlan(_ network: NetworkDocument) -> Finding {
        Finding(
            .warning, name, subject: network.label, networks: [network],
            what: "swiftvlan has the network \(network.label), which Docker does not know",
            why: "it still occupies its parent, and perhaps a VLAN link and routes",
            remedy: "run: swiftvlan gc")
    }

    private func endpoints(of network: NetworkDocument, _ docker: DockerFacts) -> [Finding] {
        let inUse = Set(docker.containers.flatMap { $0.networks.values.map(\.endpointID) })
        let gone = network.endpoints.filter { $0.hasJoined && !inUse.contains($0.id) }
        guard !gone.isEmpty else { return [] }
        let names = gone.prefix(3).map(\.label).joined(separator: ", ") + (gone.count > 3 ? " and others" : "")
        let subject =
            gone.count == 1 ? "1 endpoint of \(network.label) has" : "\(gone.count) endpoints of \(network.label) have"
        return [
            Finding(
                .warning, name, subject: network.label, networks: [network],
                what: "\(subject) no container: \(names)",
                // Containers start and stop between the answers of daemon and Docker.
                why: "addresses and MAC addresses stay occupied, unless a container has just been stopped",
                remedy: "run the command again, and if they stay: swiftvlan gc")
        ]
    }
}

extension DockerNetwork {
    /// Whether swiftvlan drives the network, as a program (`swiftvlan`) or as a managed plugin (`owner/swiftvlan:tag`).
    var isOwn: Bool {
        let last = driver.split(separator: "/").last ?? ""
        return last.prefix { $0 != ":" } == "swiftvlan"
    }
}
