/// An endpoint that the harness creates.
struct EndpointPlan: Sendable, Hashable {
    let id: String
    let network: NetworkPlan
    /// The last number of its address.
    let host: Int

    var address: String { network.address(host) }
    var alias: String { "swiftvlan endpoint \(id)" }
    var linkName: String { "sv\(id.prefix(12))" }
}
