import DriverCore
import Logging

/// The arguments of the calls that name a network.
struct NetworkArguments: RemoteRequest {
    let networkID: WireNetworkID

    enum CodingKeys: String, CodingKey {
        case networkID = "NetworkID"
    }

    var logMetadata: Logger.Metadata { ["network": "\(networkID.id)"] }
}

/// Removes a network. Its VLAN link or dummy is gone when the engine has its answer, so that `docker network rm`
/// means what it says.
enum DeleteNetworkCall: RemoteCall {
    static let path = "/NetworkDriver.DeleteNetwork"
    static var event: Logger.Message? { "Network removed" }

    static func answer<Host, Store>(
        _ request: NetworkArguments,
        _ driver: inout DriverEngine<Host, Store>
    ) throws(CallError) -> CallAnswer<NoAnswer> {
        let removals = try driving { () throws(DriverError) in try driver.deleteNetwork(request.networkID.id) }
        return CallAnswer(body: NoAnswer(), removals: removals)
    }
}
