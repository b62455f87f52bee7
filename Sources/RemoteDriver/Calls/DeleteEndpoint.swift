import DriverCore
import NetworkTypes
import Logging

/// Deletes an endpoint.
///
/// The link's removal continues after the answer, because it blocks no other call.
enum DeleteEndpointCall: RemoteCall {
    static let event: Logger.Message = "Endpoint deleted"

    static func carryOut(
        _ arguments: EndpointArguments, _ driver: inout Driver
    ) throws(DriverError) -> CallAnswer<NoAnswer> {
        _ = try driver.deleteEndpoint(arguments.endpointID.value)
        return CallAnswer(body: NoAnswer())
    }
}
