import ControlAPI
import DockerAPI
import FoundationEssentials
import NetworkTypes

@testable import Doctor

/// A LAN with the given answers; everything else is silent.
struct FakeLAN: GatewayProbe {
    var answers: [LANQuestion: LANAnswer] = [:]

    func ask(_ questions: [LANQuestion], within limit: Duration) -> [LANQuestion: LANAnswer] {
        Dictionary(questions.map { ($0, answers[$0] ?? .silent) }) { first, _ in first }
    }
}

let containersMAC = "02:42:0a:00:00:05"

/// A macvlan network on `eth0`, or on a VLAN of it, with one running container.
func lanNetwork(
    _ id: String = "n1", kind: String = "macvlan", mode: String = "bridge", parent: String = "eth0",
    vlans: [Int] = [], gateway: String? = "10.0.0.1", endpoints: [EndpointDocument]? = nil
) -> NetworkDocument {
    let endpoint = EndpointDocument(
        id: "e-\(id)", container: "web", addresses: ["10.0.0.5/24"], macAddress: kind == "macvlan" ? containersMAC : nil
    )
    return NetworkDocument(
        id: id, name: "lan-\(id)", kind: kind, mode: mode, parent: parent, lowestLink: "eth0", vlans: vlans,
        subnets: [SubnetDocument(subnet: "10.0.0.0/24", gateway: gateway)], endpoints: endpoints ?? [endpoint])
}

/// The links `eth0` and `eth0.50`.
let lanLinks = [
    LinkDocument(name: "eth0", role: .host, macAddress: "52:54:00:00:00:01"),
    LinkDocument(name: "eth0.50", role: .vlan, kind: "vlan", macAddress: "52:54:00:00:00:01", lower: "eth0", vlan: 50),
]

func status(_ networks: NetworkDocument..., links: [LinkDocument] = lanLinks) -> StatusDocument {
    StatusDocument(networks: networks, links: links)
}

/// Reads Docker's networks and containers from JSON.
func docker(
    version: String = "28.5.2", networks: String = "[]", containers: String = "[]"
) throws -> DockerFacts {
    let decoder = JSONDecoder()
    let version = try decoder.decode(
        DockerVersion.self, from: Data(#"{"Version":"\#(version)","ApiVersion":"1.51"}"#.utf8))
    return DockerFacts(
        version: version, networks: try decoder.decode([DockerNetwork].self, from: Data(networks.utf8)),
        containers: try decoder.decode([DockerContainer].self, from: Data(containers.utf8)))
}
