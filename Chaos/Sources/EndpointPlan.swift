/// A container's place in a network as the harness wants it.
struct EndpointPlan: Sendable, Hashable {
    let id: String
    let network: NetworkPlan
    /// The last number of its address.
    let host: Int

    var address: String { network.address(host) }
    var alias: String { "swiftvlan endpoint \(id)" }
    var linkName: String { "sv\(id.prefix(12))" }
}
