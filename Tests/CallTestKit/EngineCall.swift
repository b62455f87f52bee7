/// A call from Docker about a network or an endpoint. Its values are text, as in the protocol, so they can be invalid.
/// Each kind of call uses some of them.
package struct EngineCall: Sendable {
    /// The methods of the protocol.
    package enum Kind: String, Sendable {
        case createNetwork = "CreateNetwork"
        case deleteNetwork = "DeleteNetwork"
        case createEndpoint = "CreateEndpoint"
        case join = "Join"
        case leave = "Leave"
        case operInfo = "EndpointOperInfo"
        case deleteEndpoint = "DeleteEndpoint"
    }

    /// A subnet, and its gateway if the user named one.
    package typealias Pool = (subnet: String, gateway: String?)

    package let kind: Kind
    package var network: String
    package var endpoint: String
    package var options: [String: String]
    package var pools: [Pool]
    package var isInternal = false
    /// The addresses of the first subnet that the user reserved under a name.
    package var auxiliaryAddresses: [String: String] = [:]
    /// At most one address of each family. An empty one means none.
    package var addresses: [String]
    package var macAddress = ""

    package init(
        _ kind: Kind, network: String, endpoint: String = "", options: [String: String] = [:], pools: [Pool] = [],
        addresses: [String] = []
    ) {
        self.kind = kind
        self.network = network
        self.endpoint = endpoint
        self.options = options
        self.pools = pools
        self.addresses = addresses
    }

    /// Returns the calls that create a network, start and stop containers in it one by one, and delete it.
    package static func life(of creation: EngineCall, endpoints: [String]) -> [EngineCall] {
        let network = creation.network
        let kinds: [Kind] = [.createEndpoint, .join, .deleteEndpoint]
        return [creation]
            + endpoints.flatMap { id in kinds.map { EngineCall($0, network: network, endpoint: id) } }
            + [EngineCall(.deleteNetwork, network: network)]
    }
}

extension EngineCall: CustomStringConvertible {
    package var description: String { "\(kind.rawValue) \(body)" }
}
