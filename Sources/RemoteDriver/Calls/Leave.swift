import DriverCore

/// The container leaves. The engine brings its link back to the host after this call and before `DeleteEndpoint`,
/// so that there is nothing to do yet.
enum LeaveCall: RemoteCall {
    static let path = "/NetworkDriver.Leave"

    static func answer<Host, Store>(
        _ request: EndpointArguments,
        _ driver: inout DriverEngine<Host, Store>
    ) -> CallAnswer<NoAnswer> {
        CallAnswer(body: NoAnswer())
    }
}
