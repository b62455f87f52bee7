extension Fabric {
    /// Creates a network with the same subnets on each of these hosts, which have ranges of their own.
    func createSpanningNetwork(on nodes: [Node] = hosts) async throws {
        let ranges = [("10.30.7.0/27", "fd30:0:0:7:1::/80"), ("10.30.7.32/27", "fd30:0:0:7:2::/80")]
        for (host, ranges) in zip(Self.hosts, ranges) where nodes.contains(host) {
            try await createNetwork(
                "spanning", on: host,
                """
                --subnet 10.30.7.0/24 --ip-range \(ranges.0) --ipv6 --subnet fd30:0:0:7::/64 --ip-range \(ranges.1) \
                -o host_routes=endpoints
                """)
        }
    }

    /// One container on each host, of the same subnets.
    func startSpanningContainers() async throws -> [FabricContainer] {
        try await createSpanningNetwork()
        var containers: [FabricContainer] = []
        for host in Self.hosts {
            containers.append(try await startContainer("web", on: host, "--network spanning"))
        }
        return containers
    }
}
