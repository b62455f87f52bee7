import DriverCore
import Logging

/// Gives up a container's place in a network. The link's removal goes on after the answer: nothing of it is in
/// anybody's way.
enum DeleteEndpointCall: RemoteCall {
    static let path = "/NetworkDriver.DeleteEndpoint"
    static var event: Logger.Message? { "Endpoint removed" }

    static func answer<Host, Store>(
        _ request: EndpointArguments,
        _ driver: inout DriverEngine<Host, Store>
    ) throws(CallError) -> CallAnswer<NoAnswer> {
        _ = try driving { () throws(DriverError) in try driver.deleteEndpoint(request.endpointID.id) }
        return CallAnswer(body: NoAnswer())
    }
}
