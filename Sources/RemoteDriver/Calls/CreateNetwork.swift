import DriverCore
import Logging
import NetworkTypes

/// Creates a network: for `docker network create`, and again for Swarm after a restart of the engine.
struct CreateNetworkCall: RemoteCall, NetworkCallArguments {
    let networkID: Wire<NetworkID>
    let options: Options?
    let ipv4Data: [Pool]?
    let ipv6Data: [Pool]?

    enum CodingKeys: String, CodingKey {
        case networkID = "NetworkID"
        case options = "Options"
        case ipv4Data = "IPv4Data"
        case ipv6Data = "IPv6Data"
    }

    var metadata: Logger.Metadata {
        let given = options?.generic ?? [:]
        let others = given.filter { $0.key != "parent" }.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        let subnets = pools.map(\.subnet.description)
        return [
            "network.id": "\(networkID.value)", "parent": "\(given["parent"] ?? "")",
            "options": "\(others.joined(separator: " "))", "subnets": "\(subnets.joined(separator: " "))",
        ]
    }

    private var poolData: [Pool] { (ipv4Data ?? []) + (ipv6Data ?? []) }
    fileprivate var pools: [AddressPool] { poolData.compactMap(\.pool) }
    fileprivate var hostAddresses: [IPAddress] { poolData.flatMap(\.hostAddresses) }
    fileprivate var reservedAddresses: Set<IPAddress> { Set(poolData.flatMap(\.reservedAddresses)) }

    /// The option keys that the driver reads.
    ///
    /// They are typed, because decoding a generic JSON tree takes several times as long.
    struct Options: Decodable {
        /// The options that the user gave with `-o`.
        let generic: [String: String]?
        let isInternal: Bool?
        /// Sent since 28.0, whether true or false.
        let enableIPv4: AnyShape?

        enum CodingKeys: String, CodingKey {
            case generic = "com.docker.network.generic"
            case isInternal = "com.docker.network.internal"
            case enableIPv4 = "com.docker.network.enable_ipv4"
        }

        /// A value whose type does not matter.
        struct AnyShape: Decodable {
            init(from decoder: any Decoder) {}
        }
    }

    /// A subnet, with the addresses that the engine does not assign.
    struct Pool: Decodable {
        let subnet: OptionalWire<IPPrefix>?
        let gateway: OptionalWire<IPPrefix>?
        /// The addresses by the names that the user gave them; the text is `<nil>` for some that the engine refused.
        let auxiliaryAddresses: [String: String]?

        enum CodingKeys: String, CodingKey {
            case subnet = "Pool"
            case gateway = "Gateway"
            case auxiliaryAddresses = "AuxAddresses"
        }

        var reservedAddresses: [IPAddress] { (auxiliaryAddresses ?? [:]).values.compactMap { IPPrefix($0)?.address } }

        /// The addresses that are reserved for the host.
        ///
        /// The command line keeps only the last address of a name (docker/cli opts/opts.go), so a network of both
        /// families needs two names.
        var hostAddresses: [IPAddress] {
            ["host", "host6"].compactMap { auxiliaryAddresses?[$0].flatMap { IPPrefix($0)?.address } }
        }

        var pool: AddressPool? {
            guard let subnet = subnet?.value else { return nil }
            return AddressPool(subnet: subnet, gateway: gateway?.value?.address)
        }
    }

    static let event: Logger.Message = "Network created"

    static func carryOut(
        _ arguments: CreateNetworkCall, _ driver: inout Driver
    ) throws(DriverError) -> CallAnswer<NoAnswer> {
        var network = NetworkRequest(
            id: arguments.networkID.value, options: arguments.options?.generic ?? [:],
            isInternal: arguments.options?.isInternal ?? false, pools: arguments.pools,
            reservedAddresses: arguments.reservedAddresses, hostAddresses: arguments.hostAddresses)
        network.engineAnnouncesAddresses = arguments.options?.enableIPv4 != nil
        try driver.createNetwork(network)
        return CallAnswer(body: NoAnswer())
    }
}
