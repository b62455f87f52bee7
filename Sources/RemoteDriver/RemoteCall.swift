import DriverCore
import NetworkTypes
import Logging

/// The arguments that Docker sends with a call.
protocol RemoteArguments: Decodable, Sendable {
    /// Whether Docker sends the call without a body.
    static var isEmpty: Bool { get }
    /// The arguments as metadata for the log.
    var metadata: Logger.Metadata { get }
}

extension RemoteArguments {
    static var isEmpty: Bool { false }
}

/// The arguments of a call that concerns a network.
protocol NetworkCallArguments: RemoteArguments {
    var networkID: Wire<NetworkID> { get }
    /// The endpoint that the call concerns; nil if it concerns only the network.
    var endpoint: EndpointID? { get }
}

extension NetworkCallArguments {
    var endpoint: EndpointID? { nil }
}

/// A call that the driver carries out.
protocol RemoteCall: SendableMetatype {
    associatedtype Arguments: NetworkCallArguments
    associatedtype Answer: Encodable & Sendable

    /// The log message after the call was carried out.
    static var event: Logger.Message { get }

    static func carryOut(_ arguments: Arguments, _ driver: inout Driver) throws(DriverError) -> CallAnswer<Answer>
}

/// A call's answer, the removals that must finish before it is sent, and an optional warning for the log.
struct CallAnswer<Body: Encodable & Sendable>: Sendable {
    let body: Body
    var removals: [LinkRemoval] = []
    var warning: String?
}

/// An answer without content, `{}`.
struct NoAnswer: Encodable {}

/// No arguments, and no body.
struct NoArguments: RemoteArguments {
    static var isEmpty: Bool { true }
    var metadata: Logger.Metadata { [:] }
}

/// Arguments that do not matter.
struct AnyArguments: RemoteArguments {
    var metadata: Logger.Metadata { [:] }
}

/// The arguments of the calls that name a network.
struct NetworkArguments: NetworkCallArguments {
    let networkID: Wire<NetworkID>

    enum CodingKeys: String, CodingKey {
        case networkID = "NetworkID"
    }

    var metadata: Logger.Metadata { ["network.id": "\(networkID.value)"] }
}

/// The arguments of `AllocateNetwork`, the only call without an effect whose options matter.
struct AllocateNetworkArguments: RemoteArguments {
    let networkID: Wire<NetworkID>
    let options: [String: String]?

    enum CodingKeys: String, CodingKey {
        case networkID = "NetworkID"
        case options = "Options"
    }

    var metadata: Logger.Metadata { ["network.id": "\(networkID.value)"] }
}

/// The arguments of the calls that name an endpoint.
struct EndpointArguments: NetworkCallArguments {
    let networkID: Wire<NetworkID>
    let endpointID: Wire<EndpointID>
    var endpoint: EndpointID? { endpointID.value }

    enum CodingKeys: String, CodingKey {
        case networkID = "NetworkID"
        case endpointID = "EndpointID"
    }

    var metadata: Logger.Metadata { ["network.id": "\(networkID.value)", "endpoint.id": "\(endpointID.value)"] }
}
