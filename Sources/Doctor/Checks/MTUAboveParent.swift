import ControlAPI
import DockerAPI

/// Compares the MTU that a network was created with to that of its parent.
struct MTUAboveParent: Check {
    let name = "mtu"

    func examine(_ facts: DoctorFacts) -> CheckResult {
        let networks = facts.status.networks.filter { $0.lowestLink != nil }
        guard !networks.isEmpty else { return .nothing }
        guard facts.docker != nil else {
            return .notChecked(
                "the networks' MTUs are known to Docker only: \(facts.dockerError ?? "it was not asked")",
                networks: networks)
        }
        return CheckResult(
            networks.compactMap { network in
                guard let options = facts.dockerNetwork(network)?.options,
                    let mtu = (options["mtu"] ?? options["com.docker.network.driver.mtu"]).flatMap({ Int($0) }),
                    let parent = facts.links.link(named: network.parent), parent.mtu > 0, mtu > parent.mtu
                else { return nil }
                return Finding(
                    .problem, name, subject: network.label, networks: [network],
                    what: "network \(network.label) was created with mtu=\(mtu), but its parent \"\(parent.name)\" has "
                        + "an MTU of \(parent.mtu)",
                    why: "containers that start now are refused or get a smaller MTU than the network promises",
                    remedy: "ip link set \(network.lowestLink ?? parent.name) mtu \(mtu), also in the host's network "
                        + "configuration, or create the network again with -o mtu=\(parent.mtu)")
            })
    }
}
