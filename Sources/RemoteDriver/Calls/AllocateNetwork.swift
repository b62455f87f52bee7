import DriverCore
import Logging

/// A Swarm manager's preparation of a network of global scope. This driver's scope is local, so that the engine does
/// not ask; where it does, nothing has to be prepared and the options stay what they are.
enum AllocateNetworkCall: RemoteCall {
    struct Request: RemoteRequest {
        let networkID: WireNetworkID
        let options: [String: String]?

        enum CodingKeys: String, CodingKey {
            case networkID = "NetworkID"
            case options = "Options"
        }

        var logMetadata: Logger.Metadata { ["network": "\(networkID.id)"] }
    }

    struct Answer: Encodable {
        let options: [String: String]

        enum CodingKeys: String, CodingKey {
            case options = "Options"
        }
    }

    static let path = "/NetworkDriver.AllocateNetwork"

    static func answer<Host, Store>(
        _ request: Request,
        _ driver: inout DriverEngine<Host, Store>
    ) -> CallAnswer<Answer> {
        CallAnswer(body: Answer(options: request.options ?? [:]))
    }
}

/// The end of what `AllocateNetwork` prepared.
enum FreeNetworkCall: RemoteCall {
    static let path = "/NetworkDriver.FreeNetwork"

    static func answer<Host, Store>(
        _ request: NetworkArguments,
        _ driver: inout DriverEngine<Host, Store>
    ) -> CallAnswer<NoAnswer> {
        CallAnswer(body: NoAnswer())
    }
}
