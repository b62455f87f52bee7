import CallTestKit

/// Calls as the engine makes them, each with its path and body.
enum Calls {
    static let network = String(repeating: "ab12", count: 16)
    static let endpoint = String(repeating: "cd34", count: 16)

    static let activate = ("/Plugin.Activate", "")
    static let capabilities = ("/NetworkDriver.GetCapabilities", "")

    /// A network on a link that exists on no host.
    static let createNetwork = pair(
        EngineCall(
            .createNetwork, network: network, options: ["parent": "absent0"], pools: [("192.0.2.0/24", "192.0.2.1/24")])
    )

    static let all =
        [activate, capabilities, createNetwork]
        + [.createEndpoint, .join, .deleteNetwork].map { kind in
            pair(EngineCall(kind, network: network, endpoint: endpoint, addresses: ["192.0.2.5/24"]))
        }

    private static func pair(_ call: EngineCall) -> (String, String) { (call.path, call.body) }
}
