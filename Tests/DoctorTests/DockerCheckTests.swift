import ControlAPI
import DockerAPI
import Testing

@testable import Doctor

@Suite("Checks of Docker")
struct DockerCheckTests {
    @Test("An engine before 20.10 is a problem", arguments: ["19.03.15", "18.09.1"])
    func oldEngine(version: String) throws {
        let finding = try onlyFinding(EngineVersion(), facts(try docker(version: version)))
        #expect(finding.severity == .problem)
        #expect(finding.what.contains("older than 20.10"))
    }

    @Test(
        "A supported engine is described with what it lacks",
        arguments: [("20.10.24+dfsg1", true), ("26.1.5+dfsg1", false), ("27.5.1", false)])
    func lackingEngine(version: String, hasLinkLocal: Bool) throws {
        let finding = try onlyFinding(EngineVersion(), facts(try docker(version: version)))
        #expect(finding.severity == .note)
        #expect(finding.why.contains("reserves an address for a gateway"))
        #expect(finding.why.contains("link-local") == hasLinkLocal)
        #expect(finding.remedy == "if that matters to you, upgrade to 28.0 or later")
    }

    @Test("The newest tested engine lacks nothing", arguments: ["28.0.0", "28.5.2+dfsg3"])
    func newEngine(version: String) throws { expectNothing(EngineVersion(), facts(try docker(version: version))) }

    @Test("An engine that no test covers is a note")
    func newestEngine() throws {
        #expect(try onlyFinding(EngineVersion(), facts(try docker(version: "29.1.0"))).severity == .note)
    }

    @Test("A version of an unknown form is not judged", arguments: ["", "dev", "28"])
    func unknownVersion(version: String) throws {
        let result = EngineVersion().examine(facts(try docker(version: version)))
        #expect(result.findings.isEmpty && result.notChecked.count == 1)
    }

    @Test("live-restore without a daemon is a warning; with one, or turned off, it is not")
    func liveRestore() throws {
        let host = try HostFolder()
        try host.write("/etc/docker/daemon.json", "{\n  \"live-restore\" : true\n}\n")
        let facts = DoctorFacts(status: status(), daemonError: "the daemon is not running", files: host.files)
        #expect(try onlyFinding(LiveRestore(), facts).subject == "/etc/docker/daemon.json")
        expectNothing(LiveRestore(), DoctorFacts(status: status(), files: host.files))
        try host.write("/etc/docker/daemon.json", #"{"live-restore": false}"#)
        expectNothing(LiveRestore(), facts)
    }

    @Test(
        "A network that only Docker knows is a problem",
        arguments: ["swiftvlan", "acme/swiftvlan:1.0", "swiftvlan:latest"])
    func onlyInDocker(driver: String) throws {
        let networks =
            #"[{"Id":"n9","Name":"lost","Driver":"\#(driver)"},{"Id":"b","Name":"bridge","Driver":"bridge"}]"#
        let finding = try onlyFinding(DockerNetworks(), facts(try docker(networks: networks)))
        #expect(finding.severity == .problem)
        #expect(finding.what == "Docker has the network lost, which swiftvlan does not know")
    }

    @Test("A network that only swiftvlan knows leads to swiftvlan gc")
    func onlyInSwiftvlan() throws {
        let finding = try onlyFinding(DockerNetworks(), facts(try docker(), lanNetwork()))
        #expect(finding.remedy == "run: swiftvlan gc")
        #expect(finding.networks == ["n1"])
    }

    @Test("An endpoint without a container leads to swiftvlan gc; one with a container does not")
    func endpoints() throws {
        let networks = #"[{"Id":"n1","Name":"lan","Driver":"swiftvlan"}]"#
        let finding = try onlyFinding(DockerNetworks(), facts(try docker(networks: networks), lanNetwork()))
        #expect(finding.what == "1 endpoint of lan-n1 has no container: web")
        let containers = """
            [{"Id":"c","NetworkSettings":{"Networks":{"lan":{"NetworkID":"n1","EndpointID":"e-n1"}}}}]
            """
        let joined = try docker(networks: networks, containers: containers)
        expectNothing(DockerNetworks(), facts(joined, lanNetwork()))
    }

    @Test("Without Docker's answer, the reason is reported")
    func noDocker() {
        let facts = DoctorFacts(status: status(lanNetwork()), dockerError: "Docker cannot be asked")
        #expect(DockerNetworks().examine(facts) == .notChecked("Docker cannot be asked"))
    }

    @Test("Docker's ipvlan on a parent of our macvlan is a problem")
    func otherKind() throws {
        let networks = #"[{"Id":"x","Name":"old","Driver":"ipvlan","Options":{"parent":"eth0"}}]"#
        let finding = try onlyFinding(SameParent(), facts(try docker(networks: networks), lanNetwork()))
        #expect(finding.severity == .problem)
        #expect(finding.remedy.hasSuffix("swiftvlan migrate old"))
    }

    @Test("Docker's macvlan on our VLAN link is a warning")
    func sharedVLAN() throws {
        let networks = #"[{"Id":"x","Name":"old","Driver":"macvlan","Options":{"parent":"eth0.50"}}]"#
        let network = lanNetwork(parent: "eth0.50", vlans: [50])
        #expect(try onlyFinding(SameParent(), facts(try docker(networks: networks), network)).severity == .warning)
    }

    @Test("Docker's macvlan beside ours on a NIC is a note")
    func beside() throws {
        let networks = #"[{"Id":"x","Name":"old","Driver":"macvlan","Options":{"parent":"eth0"}}]"#
        #expect(try onlyFinding(SameParent(), facts(try docker(networks: networks), lanNetwork())).severity == .note)
    }

    @Test(
        "Docker's networks elsewhere are no finding",
        arguments: [
            #"[{"Id":"x","Name":"old","Driver":"ipvlan","ConfigOnly":true,"Options":{"parent":"eth0"}}]"#,
            #"[{"Id":"x","Name":"old","Driver":"ipvlan","Options":{"parent":"eth1"}}]"#,
            #"[{"Id":"x","Name":"old","Driver":"ipvlan","Options":null}]"#,
            #"[{"Id":"x","Name":"old","Driver":"bridge","Options":{"parent":"eth0"}}]"#,
        ])
    func elsewhere(networks: String) throws {
        expectNothing(SameParent(), facts(try docker(networks: networks), lanNetwork()))
    }

    private func facts(_ docker: DockerFacts, _ networks: NetworkDocument...) -> DoctorFacts {
        DoctorFacts(status: StatusDocument(networks: networks, links: lanLinks), docker: docker)
    }
}
