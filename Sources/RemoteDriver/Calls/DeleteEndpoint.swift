import DriverCore
import NetworkTypes
import Logging

/// Deletes a container's place in a network. The link's removal goes on after the answer: nothing of it is in anybody's
/// way.
enum DeleteEndpointCall: RemoteCall {
    static let event: Logger.Message = "Endpoint deleted"

    static func carryOut(
        _ arguments: EndpointArguments, _ driver: inout Driver
    ) throws(DriverError) -> CallAnswer<NoAnswer> {
        _ = try driver.deleteEndpoint(arguments.endpointID.value)
        return CallAnswer(body: NoAnswer())
    }
}
