import ControlAPI
import NetworkTypes
import Testing

@testable import Doctor

@Suite("Checks of the LAN")
struct LANCheckTests {
    private let fromHost = LANQuestion(link: "eth0", address: "10.0.0.1")
    private let fromContainer = LANQuestion(link: "eth0", address: "10.0.0.1", sender: containersMAC)
    private let router = LANAnswer.answered("52:54:00:00:00:ff")

    @Test("A gateway that does not answer is a problem of its networks")
    func silentGateway() throws {
        let facts = DoctorFacts(status: status(lanNetwork(), lanNetwork("n2")), lan: FakeLAN())
        let finding = try onlyFinding(GatewaySilent(), facts)
        #expect(finding.severity == .problem)
        #expect(finding.what == "the gateway 10.0.0.1 does not answer ARP requests on eth0")
        #expect(finding.networks == ["n1", "n2"])
    }

    @Test("On a VLAN, a silent gateway leads to the trunk")
    func silentGatewayOnVLAN() throws {
        let network = lanNetwork(parent: "eth0.50", vlans: [50])
        let finding = try onlyFinding(GatewaySilent(), DoctorFacts(status: status(network), lan: FakeLAN()))
        #expect(finding.remedy.contains("carries VLAN 50 tagged"))
    }

    @Test("A gateway that answers is no finding")
    func answeringGateway() {
        expectNothing(
            GatewaySilent(), DoctorFacts(status: status(lanNetwork()), lan: FakeLAN(answers: [fromHost: router])))
    }

    @Test(
        "Networks without an IPv4 gateway on a LAN are left out",
        arguments: [
            lanNetwork(gateway: nil), lanNetwork(gateway: "fd00::1"),
            NetworkDocument(id: "i", kind: "macvlan", mode: "bridge", parent: "sd-1"),
        ])
    func leftOut(network: NetworkDocument) {
        expectNothing(GatewaySilent(), DoctorFacts(status: status(network), lan: FakeLAN()))
    }

    @Test(
        "On a parent that is missing, down or without a carrier, no gateway is asked, and the report says which it is",
        arguments: zip(0...2, ["is missing", "is down", "has no carrier"]))
    func unusableParent(state: Int, fault: String) {
        let network = lanNetwork()
        let link = LinkDocument(name: "eth0", role: .host, exists: state > 0, isUp: state > 1, hasCarrier: false)
        let result = GatewaySilent().examine(
            DoctorFacts(status: status(network, links: [link]), lan: FakeLAN()))
        let reason = "the gateway 10.0.0.1 of lan-n1 was not asked: eth0 \(fault)"
        #expect(result == .notChecked(reason, networks: [network]))
    }

    @Test("The gateway of a layer 3 network is not asked", arguments: ["l3", "l3s"])
    func routed(mode: String) {
        let network = lanNetwork(kind: "ipvlan", mode: mode)
        let result = GatewaySilent().examine(DoctorFacts(status: status(network), lan: FakeLAN()))
        #expect(result.findings.isEmpty)
        #expect(result.notChecked.first?.reason.hasSuffix("containers of an \(mode) network do not use it") == true)
    }

    @Test("Without CAP_NET_RAW, the report says that gateways were not asked")
    func noCapability() {
        let result = GatewaySilent().examine(DoctorFacts(status: status(lanNetwork())))
        #expect(result.findings.isEmpty)
        #expect(result.notChecked.first?.reason.hasSuffix("needs CAP_NET_RAW: run the command as root") == true)
    }

    @Test("A question that could not be asked is reported with its reason")
    func notAsked() {
        let lan = FakeLAN(answers: [fromHost: .notAsked("eth0 is down or has no carrier")])
        let result = GatewaySilent().examine(DoctorFacts(status: status(lanNetwork()), lan: lan))
        #expect(result.findings.isEmpty)
        #expect(
            result.notChecked.map(\.reason) == ["the gateway 10.0.0.1 was not asked: eth0 is down or has no carrier"])
    }

    @Test("A LAN that answers the host but not a container leads to ipvlan")
    func secondMAC() throws {
        let facts = DoctorFacts(status: status(lanNetwork()), lan: FakeLAN(answers: [fromHost: router]))
        let finding = try onlyFinding(SecondMAC(), facts)
        #expect(finding.severity == .problem)
        #expect(finding.subject == "eth0")
        #expect(finding.what.contains(containersMAC))
        #expect(finding.remedy.contains("ipvlan"))
    }

    @Test("A LAN that answers both, or none, has no port security")
    func secondMACIsFine() {
        let both = FakeLAN(answers: [fromHost: router, fromContainer: router])
        for lan in [both, FakeLAN()] {
            expectNothing(SecondMAC(), DoctorFacts(status: status(lanNetwork()), lan: lan))
        }
    }

    @Test("Without a running container with its own MAC address, no second one is tried")
    func noSecondMAC() {
        let lan = FakeLAN(answers: [fromHost: router])
        let created = EndpointDocument(id: "e", addresses: [], macAddress: containersMAC, hasJoined: false)
        for network in [lanNetwork(kind: "ipvlan", mode: "l2"), lanNetwork(endpoints: [created])] {
            expectNothing(SecondMAC(), DoctorFacts(status: status(network), lan: lan))
        }
    }

    @Test("A VLAN of which no frame arrives is a warning")
    func silentVLAN() throws {
        let host = try HostFolder()
        try host.write("/sys/class/net/eth0/statistics/rx_packets", "5000\n")
        try host.write("/sys/class/net/eth0.50/statistics/rx_packets", "0\n")
        let facts = DoctorFacts(status: status(lanNetwork(parent: "eth0.50", vlans: [50])), files: host.files)
        let finding = try onlyFinding(VLANSilent(), facts)
        #expect(finding.what == "no frame of VLAN 50 has arrived on eth0, although others do")
        #expect(finding.networks == ["n1"])
    }

    @Test("A VLAN with frames, or on a quiet link, is no finding", arguments: [(5000, 1), (3, 0)])
    func livelyVLAN(below: Int, above: Int) throws {
        let host = try HostFolder()
        try host.write("/sys/class/net/eth0/statistics/rx_packets", "\(below)\n")
        try host.write("/sys/class/net/eth0.50/statistics/rx_packets", "\(above)\n")
        let facts = DoctorFacts(status: status(lanNetwork(parent: "eth0.50", vlans: [50])), files: host.files)
        expectNothing(VLANSilent(), facts)
    }

    @Test("A VLAN whose gateway answers now is no finding")
    func answeringVLAN() throws {
        let host = try HostFolder()
        try host.write("/sys/class/net/eth0/statistics/rx_packets", "5000\n")
        try host.write("/sys/class/net/eth0.50/statistics/rx_packets", "0\n")
        let lan = FakeLAN(answers: [LANQuestion(link: "eth0.50", address: "10.0.0.1"): router])
        let network = lanNetwork(parent: "eth0.50", vlans: [50])
        expectNothing(VLANSilent(), DoctorFacts(status: status(network), files: host.files, lan: lan))
    }

    @Test("Containers with the same MAC address on one parent are a problem")
    func duplicateMAC() throws {
        let finding = try onlyFinding(DuplicateMACs(), DoctorFacts(status: status(lanNetwork(), lanNetwork("n2"))))
        #expect(finding.what == "web and web have the same MAC address \(containersMAC) on eth0")
        #expect(finding.networks == ["n1", "n2"])
    }

    @Test("A container with the MAC address of its parent is a problem")
    func parentsMAC() throws {
        let links = HostLinks([HostLink("eth0", macAddress: MACAddress(containersMAC))])
        let finding = try onlyFinding(DuplicateMACs(), DoctorFacts(status: status(lanNetwork()), links: links))
        #expect(finding.what.hasPrefix("web and the host have the same MAC address"))
    }

    @Test("The same MAC address in different VLANs is no finding")
    func sameMACElsewhere() {
        let other = lanNetwork("n2", parent: "eth0.50", vlans: [50])
        let links = HostLinks([HostLink("eth1", macAddress: MACAddress(containersMAC))])
        expectNothing(DuplicateMACs(), DoctorFacts(status: status(lanNetwork(), other), links: links))
    }

    @Test("A recorded conflict is a problem, and an endpoint without one is not")
    func conflict() throws {
        let conflict = ConflictDocument(address: "10.0.0.5", macAddress: "52:54:00:00:00:07")
        let endpoint = EndpointDocument(id: "e", container: "web", addresses: [], conflicts: [conflict])
        let finding = try onlyFinding(
            AddressConflicts(), DoctorFacts(status: status(lanNetwork(endpoints: [endpoint]), lanNetwork("n2"))))
        #expect(finding.what == "10.0.0.5 of web also belongs to the host with 52:54:00:00:00:07")
        expectNothing(AddressConflicts(), DoctorFacts(status: status(lanNetwork())))
    }
}
