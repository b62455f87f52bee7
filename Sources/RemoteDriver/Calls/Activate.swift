import DriverCore

/// The first call to a plugin that was found by its socket: what kinds of plugin it is.
enum ActivateCall: RemoteCall {
    struct Answer: Encodable {
        let implements = ["NetworkDriver"]

        enum CodingKeys: String, CodingKey {
            case implements = "Implements"
        }
    }

    static let path = "/Plugin.Activate"

    static func answer<Host, Store>(
        _ request: NoArguments,
        _ driver: inout DriverEngine<Host, Store>
    ) -> CallAnswer<Answer> {
        CallAnswer(body: Answer())
    }
}
