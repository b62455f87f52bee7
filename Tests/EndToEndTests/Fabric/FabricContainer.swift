/// A container on a host of the fabric.
struct FabricContainer: Sendable {
    let fabric: Fabric
    let host: Fabric.Node
    let name: String

    /// Its addresses, IPv4 first.
    let addresses: [String]

    /// The route to each address that its host announces, as the router has it.
    var routes: Set<String> { Set(addresses.map { "\($0) swp\(host.rawValue.dropFirst(4))" }) }

    /// Returns whether the container gets an answer from an address within a minute.
    func reaches(_ address: String) async throws -> Bool {
        try await fabric.machine.pings(
            address, with: "fabric on \(host.rawValue) docker exec \(name)", tries: 30)
    }

    /// Runs a command in the container's network namespace, with the machine's tools.
    func inside(_ command: String) async throws -> String {
        try await fabric.on(host, "nsenter -t $(docker inspect -f '{{.State.Pid}}' \(name)) -n \(command)")
    }

    func remove() async throws { try await fabric.on(host, "docker rm -f \(name)") }
}
