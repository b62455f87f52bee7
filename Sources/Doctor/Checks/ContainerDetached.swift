package import ControlAPI
package import DockerAPI

/// Finds running containers whose endpoints swiftvlan no longer has.
///
/// The kernel deletes a container's link with its parent, and nobody tells Docker. The daemon forgets such an endpoint
/// after half a minute.
struct ContainerDetached: Check {
    let name = "container-detached"

    // The check `docker-networks` says why Docker was not asked.
    func examine(_ facts: DoctorFacts) -> CheckResult {
        CheckResult(
            facts.detachedContainers.grouped(by: \.network).map { network, places in
                finding(network, places.map(\.container.name).sorted())
            })
    }

    private func finding(_ network: NetworkDocument, _ names: [String]) -> Finding {
        let isOne = names.count == 1
        let list =
            names.count > 3
            ? "\(names[0]), \(names[1]) and \(names.count - 2) more" : names.joined(separator: ", ")
        let command = "docker restart \(names.joined(separator: " "))"
        return Finding(
            .problem, name, subject: isOne ? names[0] : network.label, networks: [network],
            what: isOne
                ? "container \(list) runs without its interface in network \(network.label)"
                : "containers \(list) run without their interfaces in network \(network.label)",
            why: "the link below was deleted, which also deleted \(isOne ? "the interface" : "the interfaces"); Docker "
                + "does not notice, and the interface does not come back by itself",
            remedy: network.state.name == .ok
                ? command : "once network \(network.label) works again: \(command)")
    }
}

extension DoctorFacts {
    /// A container and a network in which it has lost its interface.
    package struct DetachedContainer: Sendable {
        package var container: DockerContainer
        package var network: NetworkDocument
    }

    /// The running containers with an endpoint of which swiftvlan has no record.
    ///
    /// The endpoint existed both before and after the status was read, so that the container did not start or stop in
    /// between.
    package var detachedContainers: [DetachedContainer] {
        // A record that cannot be read may be that of the endpoint.
        guard let docker, status.unreadable.isEmpty else { return [] }
        let networks = Dictionary(status.networks.map { ($0.id, $0) }) { first, _ in first }
        let known = Set(status.networks.flatMap { $0.endpoints.map(\.id) })
        return docker.containers.filter(\.isRunning).flatMap { container in
            container.networks.values.filter {
                docker.earlierEndpoints.contains($0.endpointID) && !known.contains($0.endpointID)
            }
            .compactMap { place in
                networks[place.networkID].map { DetachedContainer(container: container, network: $0) }
            }
        }
    }
}
