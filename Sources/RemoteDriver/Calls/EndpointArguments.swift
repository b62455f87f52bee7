import DriverCore
import Logging

/// The arguments of the calls that name an endpoint.
struct EndpointArguments: RemoteRequest {
    let networkID: WireNetworkID
    let endpointID: WireEndpointID

    enum CodingKeys: String, CodingKey {
        case networkID = "NetworkID"
        case endpointID = "EndpointID"
    }

    var logMetadata: Logger.Metadata { ["network": "\(networkID.id)", "endpoint": "\(endpointID.id)"] }
}
