import ControlAPI
import DockerAPI
import Doctor
import FoundationEssentials
import Testing

@testable import swiftvlan

@Suite("The argument of doctor")
struct DoctorTargetTests {
    private func facts() throws -> DoctorFacts {
        let containers = """
            [{"Id":"c0ffee","Names":["/web"],"State":"running","NetworkSettings":{"Networks":{
              "lan":{"NetworkID":"abc1"},"iot":{"NetworkID":"abc2"},"bridge":{"NetworkID":"b"}}}},
             {"Id":"c0de","Names":["/new"],"State":"created","NetworkSettings":{"Networks":{"lan":{"NetworkID":""}}}},
             {"Id":"dead","Names":["/db"],"State":"running","NetworkSettings":{"Networks":{"bridge":{"NetworkID":"b"}}}}]
            """
        let version = #"{"Version":"28.5.2","ApiVersion":"1.51"}"#
        let networks = [("abc1", "lan"), ("abc2", "iot")].map {
            NetworkDocument(id: $0.0, name: $0.1, kind: "macvlan", mode: "bridge", parent: "eth0", lowestLink: "eth0")
        }
        return DoctorFacts(
            status: StatusDocument(networks: networks),
            docker: DockerFacts(
                version: try JSONDecoder().decode(DockerVersion.self, from: Data(version.utf8)),
                containers: try JSONDecoder().decode([DockerContainer].self, from: Data(containers.utf8))))
    }

    @Test(
        "A network is found by its name or identifier, and a container leads to its networks",
        arguments: [
            ("lan", ["abc1"]), ("abc2", ["abc2"]), ("web", ["abc1", "abc2"]), ("c0f", ["abc1", "abc2"]),
            ("new", ["abc1"]),
        ])
    func found(text: String, networks: [String]) throws {
        #expect(try DoctorTarget.networks(text, in: facts()).map(\.id) == networks)
    }

    @Test("A command that the daemon carries out only for root does not advise joining a group")
    func permission() {
        #expect(ControlClient.permissionAdvice(isForRoot: true) == "run the command as root")
        #expect(ControlClient.permissionAdvice(isForRoot: false).contains("join the group swiftvlan"))
    }

    @Test(
        "What is ambiguous, unknown, or in no network of swiftvlan is refused with the reason",
        arguments: [
            ("abc", "\"abc\" matches several: network iot (abc2), network lan (abc1)"),
            ("c0", "\"c0\" matches several: container new (c0de), container web (c0ffee)"),
            ("db", "container db is in no network of swiftvlan"), ("wed", "did you mean web?"), ("", "has no network"),
        ])
    func refused(text: String, reason: String) throws {
        let facts = try facts()
        let error = #expect(throws: ControlError.self) { try DoctorTarget.networks(text, in: facts) }
        #expect(error?.description.contains(reason) == true)
    }
}
