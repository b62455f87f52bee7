import DriverCore
import Logging
import NetworkTypes

/// Ends the host's access to a container that stops.
///
/// Docker moves the link back to the host after this call and before DeleteEndpoint. Docker 29.0 and later may make the
/// call twice.
enum LeaveCall: RemoteCall {
    static let event: Logger.Message = "Endpoint left"

    static func carryOut(
        _ arguments: EndpointArguments, _ driver: inout Driver
    ) throws(DriverError) -> CallAnswer<NoAnswer> {
        driver.leave(arguments.endpointID.value, network: arguments.networkID.value)
        return CallAnswer(body: NoAnswer())
    }
}
