import DriverCore
import Logging
import NetworkTypes

/// Creates an endpoint, a container's place in a network.
struct CreateEndpointCall: RemoteCall, NetworkCallArguments {
    let networkID: Wire<NetworkID>
    let endpointID: Wire<EndpointID>
    let interface: Interface?
    let options: Options?

    var endpoint: EndpointID? { endpointID.value }

    enum CodingKeys: String, CodingKey {
        case networkID = "NetworkID"
        case endpointID = "EndpointID"
        case interface = "Interface"
        case options = "Options"
    }

    var metadata: Logger.Metadata {
        let addresses = (interface?.addresses ?? []).map(\.description)
        return [
            "network.id": "\(networkID.value)", "endpoint.id": "\(endpointID.value)",
            "addresses": "\(addresses.joined(separator: " "))",
        ]
    }

    struct Interface: Decodable {
        let address: OptionalWire<IPPrefix>?
        let addressIPv6: OptionalWire<IPPrefix>?
        let macAddress: OptionalWire<MACAddress>?

        enum CodingKeys: String, CodingKey {
            case address = "Address"
            case addressIPv6 = "AddressIPv6"
            case macAddress = "MacAddress"
        }

        var addresses: [IPPrefix] { [address?.value, addressIPv6?.value].compactMap { $0 } }
    }

    /// The strings among the options, which include the user's `--driver-opt`, also under Docker's names.
    ///
    /// The engine's notes to drivers are objects and lists of many types.
    struct Options: Decodable {
        let strings: [String: String]
        /// The ports that the user wants published, such as `80/tcp`.
        let publishedPorts: [String]

        private static let portMap = "com.docker.network.portmap"

        private struct Key: CodingKey {
            let stringValue: String
            var intValue: Int? { nil }
            init(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { nil }
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            var strings: [String: String] = [:]
            for key in container.allKeys {
                if DockerEngineOptions.contains(key.stringValue) {
                    // Engine versions use different types for these; only strings count.
                    strings[key.stringValue] = try? container.decode(String.self, forKey: key)
                } else {
                    strings[key.stringValue] = try container.decode(String.self, forKey: key)
                }
            }
            self.strings = strings
            let portMap = Key(stringValue: Self.portMap)
            // Used only for a warning: an unknown type from some engine version is no reason to refuse the container.
            let bindings = (try? container.decodeIfPresent([PortBinding].self, forKey: portMap)) ?? []
            publishedPorts = bindings.map(\.description)
        }
    }

    /// A port that the user wants published (moby libnetwork/types/types.go, `PortBinding`).
    struct PortBinding: Decodable, CustomStringConvertible {
        let port: UInt16
        let protocolNumber: UInt8

        enum CodingKeys: String, CodingKey {
            case port = "Port"
            case protocolNumber = "Proto"
        }

        var description: String {
            switch protocolNumber {
            case 6: "\(port)/tcp"
            case 17: "\(port)/udp"
            case 132: "\(port)/sctp"
            default: "\(port)/\(protocolNumber)"
            }
        }
    }

    struct Answer: Encodable {
        /// The fields that the engine left empty; it treats an answer that fills any other field as an error.
        struct Interface: Encodable {
            let macAddress: String

            enum CodingKeys: String, CodingKey {
                case macAddress = "MacAddress"
            }
        }

        let interface: Interface?

        enum CodingKeys: String, CodingKey {
            case interface = "Interface"
        }
    }

    static let event: Logger.Message = "Endpoint created"

    static func carryOut(
        _ arguments: CreateEndpointCall, _ driver: inout Driver
    ) throws(DriverError) -> CallAnswer<Answer> {
        let macAddress = arguments.interface?.macAddress?.value
        var options = arguments.options?.strings ?? [:]
        // This repeats the user's MAC address, in base64 (a byte slice in Go).
        if macAddress != nil { options[DockerEngineOptions.macAddress] = nil }
        let result = try driver.createEndpoint(
            EndpointRequest(
                id: arguments.endpointID.value, networkID: arguments.networkID.value,
                addresses: arguments.interface?.addresses ?? [], macAddress: macAddress, options: options))
        let interface = result.chosenMACAddress.map { Answer.Interface(macAddress: $0.description) }
        // Warns once per endpoint, even if Docker repeats the call.
        let published = result.isNew ? arguments.options?.publishedPorts ?? [] : []
        return CallAnswer(body: Answer(interface: interface), warning: warning(published))
    }

    private static func warning(_ published: [String]) -> String? {
        guard !published.isEmpty else { return nil }
        return "published ports have no effect on this network (\(published.joined(separator: ", "))): the container "
            + "is on the LAN itself and all its ports are reachable at its own address"
    }
}
