/// An endpoint that the harness creates.
struct EndpointPlan: Sendable, Hashable {
    let id: String
    let network: NetworkPlan
    /// The last number of its address.
    let host: Int

    var address: String { network.address(host) }
    var alias: String { "swiftvlan endpoint \(id)" }
    var linkName: String { "sv\(id.prefix(12))" }

    /// The MAC address, if the harness chooses it.
    var macAddress: String? {
        guard network.kind.hasNeighbors else { return nil }
        let digits = Array(id.prefix(10))
        let octets = stride(from: 0, to: 10, by: 2).map { String(digits[$0..<$0 + 2]) }
        return (["02"] + octets).joined(separator: ":")
    }
}
