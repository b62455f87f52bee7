import DriverCore
import Logging

/// Decides whether the engine should skip the gateway address in subnets for which the user names none.
///
/// Asked since 28.0, before the subnets are chosen and CreateNetwork is called (moby libnetwork/controller.go).
enum GwAllocCheckCall {
    struct Arguments: RemoteArguments {
        let options: CreateNetworkCall.Options?

        enum CodingKeys: String, CodingKey {
            case options = "Options"
        }

        var metadata: Logger.Metadata { [:] }
    }

    struct Answer: Encodable {
        let skipsIPv4: Bool
        let skipsIPv6: Bool

        enum CodingKeys: String, CodingKey {
            case skipsIPv4 = "SkipIPv4"
            case skipsIPv6 = "SkipIPv6"
        }
    }

    static func answer(_ arguments: Arguments) -> Answer {
        let isWanted = GatewayReservation.isWanted(
            arguments.options?.generic ?? [:], isInternal: arguments.options?.isInternal ?? false)
        return Answer(skipsIPv4: !isWanted, skipsIPv6: !isWanted)
    }
}
