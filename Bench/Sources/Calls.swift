import CallTestKit
import DaemonTestKit

/// Calls in the form in which Docker Engine 20.10 sends them.
enum Calls {
    static let capabilities = Array(post("/NetworkDriver.GetCapabilities").utf8)

    static func createNetwork(_ network: Int, parent: String, mode: String = "bridge", subnet: String) -> [UInt8] {
        let options = ["parent": parent, "mode": mode]
        return request(EngineCall(.createNetwork, network: id(network), options: options, pools: [(subnet, nil)]))
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

    /// Returns an identifier in the engine's format. The first 12 digits are unique, because links are named after them.
    private static func id(_ number: Int) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 12 - digits.count) + digits + String(repeating: "0", count: 52)
    }
}
