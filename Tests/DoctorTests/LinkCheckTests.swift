import ControlAPI
import DockerAPI
import KernelTestKit
import NetworkTypes
import RouteNetlink
import TestSupport
import Testing

@testable import Doctor

struct LinkCheckTests {
    private let host: HostOfFiles

    init() throws { host = try HostOfFiles() }

    @Test("A missing parent is a problem that names the link with the nearest name.")
    func missingParent() {
        let networks: [NetworkDocument] = [.lan(parent: "eno1.50", lowest: "eno1", vlans: [50])]
        let result = ParentMissing().examine(
            host.facts(networks, [HostLink("eno2"), HostLink("lo", isLoopback: true)]))
        #expect(result.severities == [.problem] && result.subjects == ["eno1"])
        #expect(result.findings.first?.remedy.contains("dev eno2 altname eno1") == true)
    }

    @Test("A missing parent says which containers to restart, and claims no loss if the NIC may only be renamed.")
    func restartAfterLoss() throws {
        let containers = """
            [{"Id":"c1","Names":["/web"],"State":"running","NetworkSettings":{"Networks":{"lan":
              {"NetworkID":"n1","EndpointID":"e"}}}},
             {"Id":"c2","Names":["/old"],"State":"exited","NetworkSettings":{"Networks":{"lan":{"NetworkID":"n1"}}}}]
            """
        func finding(_ links: [HostLink], _ docker: DockerFacts?) throws -> Finding {
            try onlyFinding(ParentMissing(), host.facts([lanNetwork()], links, docker: docker))
        }
        let docker = try docker(containers: containers)
        #expect(try finding([], docker).remedy.hasSuffix("then restart what ran without it: docker restart web"))
        #expect(try finding([], nil).remedy.hasSuffix("docker restart NAME…"))
        let renamed = try finding([HostLink("eth1")], docker)
        #expect(renamed.why.hasSuffix("if the link was deleted, and still work if it was renamed"))
        #expect(renamed.remedy.contains("; if the link was deleted, bring it back, then restart what ran without it"))
    }

    @Test("A parent that exists is found by its alternative name too.")
    func presentParent() {
        let links = [HostLink("eth0", alternativeNames: ["lan0"]), HostLink("eth0.50", kind: "vlan")]
        let networks: [NetworkDocument] = [
            .lan("a", parent: "lan0", lowest: "lan0"), .lan("b", parent: "eth0.50", vlans: [50]),
        ]
        #expect(ParentMissing().examine(host.facts(networks, links)) == .nothing)
    }

    @Test("A VLAN link that swiftvlan should have created is reported, and so is an isolated parent.")
    func missingOwnLinks() {
        let networks: [NetworkDocument] = [
            .lan("a", parent: "eth0.50", vlans: [50]), .lan("b", parent: "sd-1234", lowest: nil),
        ]
        let result = ParentMissing().examine(host.facts(networks, [HostLink("eth0")]))
        #expect(result.subjects == ["eth0.50", "sd-1234"])
    }

    @Test("A parent that is down or has no carrier is a problem; VLANs on it are not reported again.")
    func parentState() {
        let networks: [NetworkDocument] = [
            .lan("a"), .lan("b", parent: "eth0.50", vlans: [50]), .lan("c", parent: "eth1", lowest: "eth1"),
        ]
        let down = HostLink("eth0", isUp: false, hasCarrier: false)
        let vlan = HostLink("eth0.50", isUp: true, hasCarrier: false, kind: "vlan")
        let unplugged = HostLink("eth1", hasCarrier: false)
        let result = ParentState().examine(host.facts(networks, [down, vlan, unplugged]))
        #expect(result.severities == [.problem, .problem] && result.subjects == ["eth0", "eth1"])
        #expect(result.findings.first?.networks.count == 2)
        let good = ParentState().examine(
            host.facts(networks, [HostLink("eth0"), HostLink("eth0.50"), HostLink("eth1")]))
        #expect(good == .nothing)
    }

    @Test("A bridge's port is a problem, but not for VLANs on it.")
    func bridgePort() {
        let links = [HostLink("eth0", index: 2, masterIndex: 3), HostLink("br0", index: 3, kind: "bridge")]
        let result = ParentPort().examine(host.facts([.lan("a"), .lan("b", parent: "eth0.5", vlans: [5])], links))
        #expect(result.severities == [.problem])
        #expect(result.findings.first?.networks == [NetworkDocument.lan("a").id])
        #expect(result.findings.first?.remedy.contains("-o parent=br0") == true)
        #expect(ParentPort().examine(host.facts([.lan("b", parent: "eth0.5", vlans: [5])], links)) == .nothing)
    }

    @Test(
        "Ports of a bond and of Open vSwitch are a problem, and those of a VRF are not.",
        arguments: [("bond", true), ("team", true), ("openvswitch", true), ("vrf", false)])
    func otherPorts(kind: String, isProblem: Bool) {
        let links = [HostLink("eth0", index: 2, masterIndex: 3), HostLink("m0", index: 3, kind: kind)]
        let result = ParentPort().examine(host.facts([.lan()], links))
        #expect(result.severities == (isProblem ? [.problem] : []))
        let onVLAN = ParentPort().examine(host.facts([.lan(parent: "eth0.5", vlans: [5])], links))
        #expect(onVLAN.findings.isEmpty == (kind == "openvswitch" || kind == "vrf"))
    }

    @Test("A macvlan network on a wireless NIC is a problem, and an ipvlan network is not.")
    func wireless() throws {
        try host.write("/sys/class/net/wlan0/wireless/status")
        let links = [HostLink("wlan0"), HostLink("eth0")]
        let networks: [NetworkDocument] = [
            .lan("a", parent: "wlan0", lowest: "wlan0"), .lan("b", mode: "l2", parent: "wlan0", lowest: "wlan0"),
            .lan("c"),
        ]
        let result = ParentWireless().examine(host.facts(networks, links))
        #expect(result.severities == [.problem] && result.subjects == ["wlan0"])
        #expect(result.findings.first?.networks == [networks[0].id])
    }

    @Test("An MTU above the parent's is a problem; without Docker it is not checked.")
    func mtu() throws {
        let network = NetworkDocument.lan()
        func result(_ mtu: Int) throws -> CheckResult {
            let docker = try DockerFacts.with(network, options: #"{"mtu": "9000"}"#)
            return MTUAboveParent().examine(host.facts([network], [HostLink("eth0", mtu: mtu)], docker: docker))
        }
        #expect(try result(1500).severities == [.problem])
        #expect(try result(9000) == .nothing)
        #expect(MTUAboveParent().examine(host.facts([network])).notChecked.count == 1)
    }

    @Test(
        "The kernel's links, masters and addresses are read.", .needsNetworkNamespaces, .needs(.bridge), .needs(.veth))
    func kernelLinks() async throws {
        try await withNetworkNamespace { client in
            let port = try client.makeWire("p0", "p1")
            let bridge = try client.make("br0", .other(name: "bridge", data: []))
            try makePort(port, of: bridge)
            try client.setUp("br0")
            let own = AddressMessage(link: bridge.index, prefix: try prefix("192.168.50.2/24"))
            try client.add(own, linkName: "br0")
            let links = try HostLinks.fromKernel()
            let read = try #require(links.link(named: "br0"))
            #expect(read.kind == "bridge" && read.isUp && read.addresses.contains(own.prefix))
            let networks: [NetworkDocument] = [
                .lan("a", parent: "p0", lowest: "p0"), .lan("b", parent: "p9", lowest: "p9"),
            ]
            let facts = DoctorFacts(status: StatusDocument(networks: networks), links: links)
            #expect(ParentPort().examine(facts).subjects == ["p0"])
            #expect(ParentMissing().examine(facts).subjects == ["p9"])
            #expect(ParentState().examine(facts).findings.isEmpty)
            // The other end down takes the carrier, which the kernel may notice a moment later.
            try client.change(try client.existing("p0").index, named: "p0", LinkChanges(isUp: false))
            let down = DoctorFacts(status: StatusDocument(networks: networks), links: try HostLinks.fromKernel())
            #expect(ParentState().examine(down).subjects == ["p0"])
        }
    }
}
