import CallTestKit
import DaemonTestKit

/// Calls in the form in which Docker Engine 20.10 sends them.
enum Calls {
    static let capabilities = Array(post("/NetworkDriver.GetCapabilities").utf8)

    /// Returns the call that creates a network. With an address for the host, the network has host access.
    static func createNetwork(
        _ network: Int, parent: String, mode: String = "bridge", subnet: String, hostAddress: String? = nil,
        hostRoutes: String? = nil
    ) -> [UInt8] {
        let options = [
            "parent": parent, "mode": mode, "host_access": hostAddress.map { _ in "on" }, "host_routes": hostRoutes,
        ]
        var call = EngineCall(
            .createNetwork, network: id(network), options: options.compactMapValues(\.self), pools: [(subnet, nil)])
        if let hostAddress { call.auxiliaryAddresses = ["host": hostAddress] }
        return request(call)
    }

    static func deleteNetwork(_ network: Int) -> [UInt8] { request(EngineCall(.deleteNetwork, network: id(network))) }

    static func operationalInfo(_ endpoint: Int, in network: Int) -> [UInt8] {
        request(EngineCall(.operInfo, network: id(network), endpoint: id(endpoint)))
    }

    /// Returns the four calls of an endpoint, from creation to deletion.
    static func life(of endpoint: Int, in network: Int, address: String) -> [[UInt8]] {
        let kinds: [EngineCall.Kind] = [.createEndpoint, .join, .leave, .deleteEndpoint]
        return kinds.map { kind in
            request(EngineCall(kind, network: id(network), endpoint: id(endpoint), addresses: [address]))
        }
    }

    private static func request(_ call: EngineCall) -> [UInt8] { Array(post(call.path, call.body).utf8) }

    /// Returns the name of an endpoint's link on the host.
    static func linkName(of endpoint: Int) -> String { "sv\(id(endpoint).prefix(12))" }

    /// Returns an identifier in the engine's format. The first 12 digits are unique, because links are named after them.
    static func id(_ number: Int) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 12 - digits.count) + digits + String(repeating: "0", count: 52)
    }
}
