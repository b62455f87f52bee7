import ControlAPI
import DockerAPI
import Testing

@testable import Doctor

@Suite("Check of running containers without their interfaces")
struct ContainerDetachedTests {
    /// Docker with one container in the network `n1`, with the endpoint `lost`.
    private func facts(
        state: String = "running", earlier: Set<String> = ["lost"], endpoint: String = "lost", network: String = "n1"
    ) throws -> DoctorFacts {
        let containers = """
            [{"Id":"c","Names":["/web"],"State":"\(state)","NetworkSettings":{"Networks":{"lan":
              {"NetworkID":"\(network)","EndpointID":"\(endpoint)"}}}}]
            """
        var docker = try docker(containers: containers)
        docker.earlierEndpoints = earlier
        return DoctorFacts(status: status(lanNetwork(endpoints: [])), docker: docker)
    }

    @Test("A running container whose endpoint swiftvlan does not have is a problem", arguments: ["running", "paused"])
    func detached(state: String) throws {
        let finding = try onlyFinding(ContainerDetached(), try facts(state: state))
        #expect(finding.severity == .problem && finding.networks == ["n1"])
        #expect(finding.what == "container web runs without its interface in network lan-n1")
        #expect(finding.remedy == "docker restart web")
    }

    @Test("While the network cannot be used, the container must wait for it")
    func waiting() throws {
        var facts = try facts()
        facts.status.networks[0].state = NetworkStateDocument(.waiting, reason: "eth0 is missing")
        let finding = try onlyFinding(ContainerDetached(), facts)
        #expect(finding.remedy == "once network lan-n1 works again: docker restart web")
    }

    @Test("A container that started after the status was read is no finding")
    func starting() throws { expectNothing(ContainerDetached(), try facts(earlier: [])) }

    @Test("A container that has stopped since is no finding", arguments: ["exited", "created", "restarting"])
    func stopped(state: String) throws { expectNothing(ContainerDetached(), try facts(state: state)) }

    @Test("A container of another driver's network, or whose endpoint swiftvlan has, is no finding")
    func others() throws {
        expectNothing(ContainerDetached(), try facts(network: "bridge"))
        var attached = try facts()
        attached.status.networks[0].endpoints = [EndpointDocument(id: "lost", addresses: [])]
        expectNothing(ContainerDetached(), attached)
    }

    @Test("While a record cannot be read, it may be that of the endpoint")
    func unreadable() throws {
        var facts = try facts()
        facts.status.unreadable = ["endpoint lost: it is not JSON"]
        expectNothing(ContainerDetached(), facts)
    }

    @Test("Several containers of one network are one finding")
    func several() throws {
        let containers = ["a", "b", "c", "d"].map { name in
            """
            {"Id":"\(name)","Names":["/\(name)"],"State":"running","NetworkSettings":{"Networks":{"lan":
              {"NetworkID":"n1","EndpointID":"e\(name)"}}}}
            """
        }
        var docker = try docker(containers: "[\(containers.joined(separator: ","))]")
        docker.earlierEndpoints = ["ea", "eb", "ec", "ed"]
        let facts = DoctorFacts(status: status(lanNetwork(endpoints: [])), docker: docker)
        let finding = try onlyFinding(ContainerDetached(), facts)
        #expect(finding.what == "containers a, b and 2 more run without their interfaces in network lan-n1")
        #expect(finding.remedy == "docker restart a b c d")
    }
}
