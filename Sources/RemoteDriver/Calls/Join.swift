import DriverCore
import Logging
import NetworkTypes

/// Creates an endpoint's link, and returns it with the container's routes; Docker then moves it into the container.
struct JoinCall: RemoteCall, NetworkCallArguments {
    let networkID: Wire<NetworkID>
    let endpointID: Wire<EndpointID>
    let sandboxKey: String?

    var endpoint: EndpointID? { endpointID.value }

    enum CodingKeys: String, CodingKey {
        case networkID = "NetworkID"
        case endpointID = "EndpointID"
        case sandboxKey = "SandboxKey"
    }

    var metadata: Logger.Metadata { ["network.id": "\(networkID.value)", "endpoint.id": "\(endpointID.value)"] }

    static let event: Logger.Message = "Endpoint joined"

    static func carryOut(_ arguments: JoinCall, _ driver: inout Driver) throws(DriverError) -> CallAnswer<Answer> {
        let sandbox = arguments.sandboxKey.flatMap { $0.isEmpty ? nil : $0 }
        let result = try driver.join(arguments.endpointID.value, network: arguments.networkID.value, sandbox: sandbox)
        return CallAnswer(body: Answer(result))
    }

    struct Answer: Encodable {
        struct InterfaceName: Encodable {
            let source: String
            /// The prefix; the engine numbers the container's interfaces itself: `eth0`, `eth1`.
            let destinationPrefix: String

            enum CodingKeys: String, CodingKey {
                case source = "SrcName"
                case destinationPrefix = "DstPrefix"
            }
        }

        struct StaticRoute: Encodable {
            let destination: String
            /// 0: through a next hop. 1: directly on this interface.
            ///
            /// The next hop of a default route is in `gateway` instead, because the engine fails on one here since
            /// 28.0.
            let type: Int
            let nextHop: String

            enum CodingKeys: String, CodingKey {
                case destination = "Destination"
                case type = "RouteType"
                case nextHop = "NextHop"
            }
        }

        let interfaceName: InterfaceName
        let gateway: String
        let gatewayIPv6: String
        let staticRoutes: [StaticRoute]
        /// Whether the engine ignores this endpoint when it decides on `docker_gwbridge`.
        ///
        /// The engine connects a container to that bridge if it has endpoints that are not ignored, and none of them has
        /// an IPv4 default route (moby libnetwork/default_gateway.go, `needDefaultGW`; from 28.0 on, an IPv6 gateway
        /// counts too). So an endpoint without one is ignored: alone, it would bring the bridge. An endpoint with one is
        /// not: beside an overlay network, the container would get the bridge although its packets leave another way.
        let disableGatewayService: Bool

        enum CodingKeys: String, CodingKey {
            case interfaceName = "InterfaceName"
            case gateway = "Gateway"
            case gatewayIPv6 = "GatewayIPv6"
            case staticRoutes = "StaticRoutes"
            case disableGatewayService = "DisableGatewayService"
        }

        init(_ result: JoinResult) {
            interfaceName = InterfaceName(
                source: result.linkName.text, destinationPrefix: result.interfacePrefix.text)
            gateway = result.routes.gatewayIPv4?.description ?? ""
            gatewayIPv6 = result.routes.gatewayIPv6?.description ?? ""
            disableGatewayService = !result.routes.hasIPv4DefaultRoute
            staticRoutes = result.routes.routes.map { route in
                StaticRoute(
                    destination: route.destination.description, type: route.gateway == nil ? 1 : 0,
                    nextHop: route.gateway?.description ?? "")
            }
        }
    }
}
