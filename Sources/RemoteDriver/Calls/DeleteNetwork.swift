import DriverCore
import NetworkTypes
import Logging

/// Deletes a network.
///
/// Its VLAN link or isolated parent is gone before Docker gets the answer, so that `docker network rm` is complete when
/// it returns.
enum DeleteNetworkCall: RemoteCall {
    static let event: Logger.Message = "Network deleted"

    static func carryOut(
        _ arguments: NetworkArguments, _ driver: inout Driver
    ) throws(DriverError) -> CallAnswer<NoAnswer> {
        CallAnswer(body: NoAnswer(), removals: try driver.deleteNetwork(arguments.networkID.value))
    }
}
