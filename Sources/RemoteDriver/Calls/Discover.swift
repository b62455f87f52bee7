import DriverCore
import Logging

/// News of the cluster's nodes, which concern drivers that tunnel between them.
struct DiscoveryArguments: RemoteRequest {
    var logMetadata: Logger.Metadata { [:] }
}

/// A node has joined the cluster.
enum DiscoverNewCall: RemoteCall {
    static let path = "/NetworkDriver.DiscoverNew"

    static func answer<Host, Store>(
        _ request: DiscoveryArguments,
        _ driver: inout DriverEngine<Host, Store>
    ) -> CallAnswer<NoAnswer> {
        CallAnswer(body: NoAnswer())
    }
}

/// A node has left the cluster.
enum DiscoverDeleteCall: RemoteCall {
    static let path = "/NetworkDriver.DiscoverDelete"

    static func answer<Host, Store>(
        _ request: DiscoveryArguments,
        _ driver: inout DriverEngine<Host, Store>
    ) -> CallAnswer<NoAnswer> {
        CallAnswer(body: NoAnswer())
    }
}
