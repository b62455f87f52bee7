import DriverCore
import Logging

/// Deletes a network. Its VLAN link or isolated parent is gone when Docker has its answer, so that `docker network rm`
/// means what it says.
struct DeleteNetworkCall: RemoteCall {
    let arguments: NetworkArguments

    init(from decoder: any Decoder) throws { arguments = try NetworkArguments(from: decoder) }

    static let event: Logger.Message = "Network deleted"
    var metadata: Logger.Metadata { arguments.metadata }

    func carryOut(_ driver: inout Driver) throws(DriverError) -> CallAnswer<NoAnswer> {
        CallAnswer(body: NoAnswer(), removals: try driver.deleteNetwork(arguments.networkID.id))
    }
}
