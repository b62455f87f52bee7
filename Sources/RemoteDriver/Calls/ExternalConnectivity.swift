import DriverCore

/// Publishes a container's ports where a driver maps them: containers here are on the LAN themselves.
enum ProgramExternalConnectivityCall: RemoteCall {
    static let path = "/NetworkDriver.ProgramExternalConnectivity"

    static func answer<Host, Store>(
        _ request: EndpointArguments,
        _ driver: inout DriverEngine<Host, Store>
    ) -> CallAnswer<NoAnswer> {
        CallAnswer(body: NoAnswer())
    }
}

/// Takes back what `ProgramExternalConnectivity` did.
enum RevokeExternalConnectivityCall: RemoteCall {
    static let path = "/NetworkDriver.RevokeExternalConnectivity"

    static func answer<Host, Store>(
        _ request: EndpointArguments,
        _ driver: inout DriverEngine<Host, Store>
    ) -> CallAnswer<NoAnswer> {
        CallAnswer(body: NoAnswer())
    }
}
