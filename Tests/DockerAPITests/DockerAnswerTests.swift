import TestSupport
import Testing

@testable import DockerAPI

/// The versions of Docker Engine whose answers are in `Answers`.
private let engines = ["20.10", "26.1", "28.5"]

@Suite("Docker's answers", .timeLimit(.minutes(5)))
struct DockerAnswerTests {
    private func client(_ engine: String, _ answer: String) throws -> (DockerClient, ScriptedServer) {
        let directory = "\(#filePath.dropLast("DockerAnswerTests.swift".count))Answers/\(engine)"
        let server = try ScriptedServer(json: try readTextFile("\(directory)/\(answer).json"))
        return (DockerClient(path: server.path), server)
    }

    @Test("The version is read", arguments: engines)
    func version(engine: String) throws {
        let (client, server) = try client(engine, "version")
        #expect(try client.version().version.hasPrefix(engine))
        #expect(server.heads.count == 1)
    }

    @Test("A network is read with its pools, options and containers", arguments: engines)
    func network(engine: String) throws {
        let (client, server) = try client(engine, "network")
        let network = try client.network("lan")
        #expect(network.name == "lan")
        #expect(network.driver == "macvlan")
        #expect(network.options == ["parent": "eth0"])
        #expect(network.labels == ["team": "web"])
        #expect(network.hasIPv6 && network.isAttachable && !network.isInternal && !network.isConfigOnly)
        let pools = network.addressing.pools
        #expect(pools.map(\.subnet) == ["192.0.2.0/24", "fd00:1::/64"])
        #expect(pools.first?.gateway == "192.0.2.1")
        #expect(pools.first?.range == "192.0.2.128/25")
        #expect(pools.first?.reserved == ["router": "192.0.2.2"])
        #expect(network.containers.values.map(\.name).sorted() == ["two", "web"])
        #expect(network.containers.values.allSatisfy { $0.endpointID.utf8.count == 64 })
        #expect(server.heads.count == 1)
    }

    @Test("Networks are read, with those that hold settings for others", arguments: engines)
    func networks(engine: String) throws {
        let (client, server) = try client(engine, "networks")
        let networks = try client.networks()
        #expect(networks.map(\.name).sorted() == ["fromit", "host", "lan", "none", "settings"])
        #expect(networks.filter(\.isConfigOnly).map(\.name) == ["settings"])
        #expect(networks.first { $0.name == "fromit" }?.configFrom == "settings")
        #expect(networks.first { $0.name == "host" }?.addressing.pools == [])
        #expect(server.heads.count == 1)
    }

    @Test("Containers are read, with those that never ran or have no network of their own", arguments: engines)
    func containers(engine: String) throws {
        let (client, server) = try client(engine, "containers")
        let containers = try client.containers()
        #expect(containers.map(\.name).sorted() == ["host", "never", "none", "two", "web"])
        let web = try #require(containers.first { $0.name == "web" })
        #expect(web.state == "running")
        #expect(web.labels == ["app": "web"])
        let place = try #require(web.networks["lan"])
        #expect(place.address == "192.0.2.200")
        #expect(place.addressIPv6 == "fd00:1::2")
        #expect(place.wanted?.address == "192.0.2.200")
        #expect(place.macAddress == "02:42:c0:00:02:c8")
        let never = try #require(containers.first { $0.name == "never" }?.networks["lan"])
        #expect(never.address == nil && never.macAddress == nil && never.endpointID.isEmpty)
        #expect(containers.first { $0.name == "two" }?.networks.keys.sorted() == ["fromit", "lan"])
        #expect(server.heads.first?.hasPrefix("GET /containers/json?all=true ") == true)
    }

    @Test("Null stands for nothing in a network")
    func nullNetwork() throws {
        let server = try ScriptedServer(
            json: """
                {"Id":"i","Name":"n","Driver":null,"Scope":null,"EnableIPv6":null,"Internal":null,"Attachable":null,
                "ConfigFrom":null,"ConfigOnly":null,"Options":null,"Labels":null,"Containers":null,
                "IPAM":{"Driver":null,"Options":null,"Config":null}}
                """)
        let network = try DockerClient(path: server.path).network("n")
        #expect(network.options.isEmpty && network.labels.isEmpty && network.containers.isEmpty)
        #expect(network.addressing == DockerAddressing())
        #expect(network.configFrom.isEmpty)
    }

    @Test("Null stands for nothing in a network's addressing", arguments: ["null", "{}", #"{"Config":[]}"#])
    func nullAddressing(json: String) throws {
        let server = try ScriptedServer(json: #"{"Id":"i","Name":"n","IPAM":\#(json)}"#)
        #expect(try DockerClient(path: server.path).network("n").addressing.pools.isEmpty)
    }

    @Test(
        "A container without networks is read",
        arguments: [
            #"{"Id":"0123456789abcdef"}"#,
            #"{"Id":"0123456789abcdef","Names":null,"State":null,"Labels":null,"NetworkSettings":null}"#,
            #"{"Id":"0123456789abcdef","Names":[],"NetworkSettings":{"Networks":null}}"#,
            #"{"Id":"0123456789abcdef","NetworkSettings":{"Networks":{"lan":null}}}"#,
        ])
    func bareContainer(json: String) throws {
        let server = try ScriptedServer(json: "[\(json)]")
        let container = try #require(try DockerClient(path: server.path).containers().first)
        #expect(container.networks.isEmpty)
        #expect(container.name == "0123456789ab")
    }
}
