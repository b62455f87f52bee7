import DriverCore

/// Details of an endpoint for `docker inspect`: the engine shows none of a remote driver's.
enum EndpointOperInfoCall: RemoteCall {
    struct Answer: Encodable {
        let value: [String: String] = [:]

        enum CodingKeys: String, CodingKey {
            case value = "Value"
        }
    }

    static let path = "/NetworkDriver.EndpointOperInfo"

    static func answer<Host, Store>(
        _ request: EndpointArguments,
        _ driver: inout DriverEngine<Host, Store>
    ) -> CallAnswer<Answer> {
        CallAnswer(body: Answer())
    }
}
