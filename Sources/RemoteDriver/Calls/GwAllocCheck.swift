import DriverCore
import Logging

/// Whether the engine shall leave the gateway out where the user named none (28.0 and later): yes, for a router that
/// nobody named is not on the LAN, and its address would be lost to containers.
enum GwAllocCheckCall: RemoteCall {
    struct Request: RemoteRequest {
        var logMetadata: Logger.Metadata { [:] }
    }

    struct Answer: Encodable {
        let skipIPv4 = true
        let skipIPv6 = true

        enum CodingKeys: String, CodingKey {
            case skipIPv4 = "SkipIPv4"
            case skipIPv6 = "SkipIPv6"
        }
    }

    static let path = "/NetworkDriver.GwAllocCheck"

    static func answer<Host, Store>(
        _ request: Request,
        _ driver: inout DriverEngine<Host, Store>
    ) -> CallAnswer<Answer> {
        CallAnswer(body: Answer())
    }
}
