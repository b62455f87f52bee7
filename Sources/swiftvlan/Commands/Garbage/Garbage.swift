import ControlAPI
import DockerAPI

/// The networks and endpoints that the daemon knows and Docker does not.
struct Garbage: Equatable {
    /// Sorted as in the status.
    private(set) var networks: [NetworkDocument] = []
    /// The identifiers of all lost endpoints, with their networks: those of lost networks, and of others.
    private(set) var endpoints: [LostEndpoint] = []
    /// Whether Docker knows none of the daemon's networks, as if it were the wrong engine.
    private(set) var isEverything = false

    struct LostEndpoint: Equatable {
        let endpoint: EndpointDocument
        let network: String
    }

    var isEmpty: Bool { networks.isEmpty && endpoints.isEmpty }

    /// Compares the daemon's status with Docker, which must be asked after the status was read: what Docker creates in
    /// between is then not in the status.
    ///
    /// Networks count by identifier alone, whatever Docker calls their driver: the driver of a managed plugin has
    /// another name, and a network of Swarm has another scope.
    init(_ status: StatusDocument, _ docker: DockerClient) throws(DockerError) {
        let known = Set(try docker.networks().map(\.id))
        networks = status.networks.filter { !known.contains($0.id) }
        isEverything = !networks.isEmpty && networks.count == status.networks.count
        for network in networks { add(network) { _ in true } }
        let rest = status.networks.filter { known.contains($0.id) && !$0.endpoints.isEmpty }
        guard !rest.isEmpty else { return }
        let ofContainers = Set(try docker.containers().flatMap { $0.networks.values.map(\.endpointID) })
        for network in rest where network.endpoints.contains(where: { !ofContainers.contains($0.id) }) {
            guard let ofNetwork = try Self.endpoints(of: network.id, docker) else { continue }
            add(network) { !ofContainers.contains($0) && !ofNetwork.contains($0) }
        }
    }

    /// Returns the endpoints of a network, also those that Docker keeps without a container; nil if Docker has removed
    /// the network since it listed it.
    private static func endpoints(of network: String, _ docker: DockerClient) throws(DockerError) -> Set<String>? {
        do throws(DockerError) {
            return Set(try docker.network(network).containers.values.map(\.endpointID))
        } catch {
            guard error.isNotFound else { throw error }
            return nil
        }
    }

    private mutating func add(_ network: NetworkDocument, where isLost: (String) -> Bool) {
        endpoints += network.endpoints.filter { isLost($0.id) }
            .map { LostEndpoint(endpoint: $0, network: network.label) }
    }

    /// The request to remove it; `asOf` is when the status was read.
    func request(asOf: Double) -> GarbageRequest {
        GarbageRequest(asOf: asOf, networks: networks.map(\.id), endpoints: endpoints.map(\.endpoint.id))
    }

    /// One line for each network and endpoint.
    func lines(_ word: String, _ isListed: (String) -> Bool = { _ in true }) -> [String] {
        let networks = networks.filter { isListed($0.id) }.map { network in
            let subnets = network.subnets.map(\.subnet).joined(separator: " ")
            return "\(word) network \(network.label) (parent \(network.parent)\(subnets.isEmpty ? "" : ", \(subnets)"))"
        }
        let endpoints = endpoints.filter { isListed($0.endpoint.id) }.map { lost in
            let addresses = lost.endpoint.addresses.joined(separator: " ")
            let place = "of network \(lost.network)\(addresses.isEmpty ? "" : " (\(addresses))")"
            return "\(word) endpoint \(lost.endpoint.label) \(place)"
        }
        return (endpoints + networks).map { LogLine(of: $0).text }
    }
}
