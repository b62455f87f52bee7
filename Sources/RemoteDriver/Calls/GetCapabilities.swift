import DriverCore

/// What the driver can do; the same answers as Docker's own macvlan and ipvlan drivers give.
enum GetCapabilitiesCall: RemoteCall {
    struct Answer: Encodable {
        /// Networks are this host's own, not a cluster's.
        let scope = "local"
        /// But containers reach other hosts over them, so that Swarm's name service may span nodes.
        let connectivityScope = "global"
        /// The engine asks `GwAllocCheck` before it takes an address for a gateway (28.0 and later).
        let gatewayAllocationChecker = true

        enum CodingKeys: String, CodingKey {
            case scope = "Scope"
            case connectivityScope = "ConnectivityScope"
            case gatewayAllocationChecker = "GwAllocChecker"
        }
    }

    static let path = "/NetworkDriver.GetCapabilities"

    static func answer<Host, Store>(
        _ request: NoArguments,
        _ driver: inout DriverEngine<Host, Store>
    ) -> CallAnswer<Answer> {
        CallAnswer(body: Answer())
    }
}
