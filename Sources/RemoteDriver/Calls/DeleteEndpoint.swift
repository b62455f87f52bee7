import DriverCore
import Logging

/// Deletes a container's place in a network. The link's removal goes on after the answer: nothing of it is in anybody's
/// way.
struct DeleteEndpointCall: RemoteCall {
    let arguments: EndpointArguments

    init(from decoder: any Decoder) throws { arguments = try EndpointArguments(from: decoder) }

    static let event: Logger.Message = "Endpoint deleted"
    var metadata: Logger.Metadata { arguments.metadata }

    func carryOut(_ driver: inout Driver) throws(DriverError) -> CallAnswer<NoAnswer> {
        _ = try driver.deleteEndpoint(arguments.endpointID.id)
        return CallAnswer(body: NoAnswer())
    }
}
