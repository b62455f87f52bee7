import DriverCore
import NetworkTypes
import Logging

/// Deletes a network. Its VLAN link or isolated parent is gone when Docker has its answer, so that `docker network rm`
/// means what it says.
enum DeleteNetworkCall: RemoteCall {
    static let event: Logger.Message = "Network deleted"

    static func carryOut(
        _ arguments: NetworkArguments, _ driver: inout Driver
    ) throws(DriverError) -> CallAnswer<NoAnswer> {
        CallAnswer(body: NoAnswer(), removals: try driver.deleteNetwork(arguments.networkID.value))
    }
}
