import ControlAPI
import DockerAPI
import KernelTestKit
import NetworkTypes
import Testing

@testable import Doctor

struct AddressCheckTests {
    private let host: HostOfFiles
    private let links: [HostLink]

    init() throws {
        host = try HostOfFiles()
        links = [
            HostLink("eth0", index: 2, addresses: [try prefix("192.168.50.2/24"), try prefix("fe80::2/64")]),
            HostLink("sh-eth0", index: 3, kind: "macvlan", addresses: [try prefix("192.168.50.2/32")]),
        ]
    }

    @Test("An address of the host that Docker may assign is a warning, unless it is reserved or outside the range.")
    func assignable() throws {
        func result(_ pool: String) throws -> CheckResult {
            let network = NetworkDocument.lan(hostAccess: HostAccessDocument(shim: "sh-eth0"))
            let docker = try DockerFacts.with(network, pools: "[{\(pool)}]")
            return HostAddresses().examine(host.facts([network], links, docker: docker))
        }
        let open = try result(#""Subnet": "192.168.50.0/24""#)
        #expect(open.severities == [.warning])
        #expect(open.findings.first?.remedy.contains("--aux-address host=192.168.50.2") == true)
        #expect(try result(#""Subnet": "192.168.50.0/24", "IPRange": "192.168.50.192/27""#) == .nothing)
        let reserved = #""Subnet": "192.168.50.0/24", "AuxiliaryAddresses": {"host": "192.168.50.2"}"#
        #expect(try result(reserved) == .nothing)
    }

    @Test("Without Docker, assignable addresses are not checked, and the reason is given.")
    func withoutDocker() {
        let result = HostAddresses().examine(host.facts([.lan()], links))
        #expect(result.findings.isEmpty)
        #expect(result.notChecked.count == 1 && result.notChecked.allSatisfy { $0.reason.contains("Docker is away") })
    }

    @Test("A gateway that is the parent's own address is a problem, except with host access of a macvlan network.")
    func gatewayIsHost() {
        func severities(_ mode: String, _ gateway: String, _ access: HostAccessDocument?) -> [Finding.Severity] {
            let subnets = [SubnetDocument(subnet: "192.168.50.0/24", gateway: gateway)]
            let network = NetworkDocument.lan(mode: mode, subnets: subnets, hostAccess: access)
            return HostAddresses().examine(host.facts([network], links)).severities
        }
        let access = HostAccessDocument(shim: "sh-eth0")
        #expect(severities("bridge", "192.168.50.2", nil) == [.problem])
        #expect(severities("bridge", "192.168.50.2", access).isEmpty)
        #expect(severities("l2", "192.168.50.2", access) == [.problem])
        #expect(severities("bridge", "192.168.50.1", nil).isEmpty)
    }

    @Test("An address in a VRF other than the parent's does not count.")
    func otherVRF() throws {
        let vrf = HostLink("red", index: 8, kind: "vrf")
        let port = HostLink("eth1", index: 9, masterIndex: 8, addresses: [try prefix("192.168.50.7/24")])
        let network = NetworkDocument.lan()
        let docker = try DockerFacts.with(network, pools: #"[{"Subnet": "192.168.50.0/24"}]"#)
        func count(_ links: [HostLink]) -> Int {
            HostAddresses().examine(host.facts([network], links, docker: docker)).findings.count
        }
        #expect(count([HostLink("eth0"), vrf, port]) == 0)
        #expect(count([HostLink("eth0"), HostLink("eth1", addresses: [try prefix("192.168.50.7/24")])]) == 1)
    }

    @Test("A subnet other than the parent's is a note, except at layer 3 and on a parent without an address.")
    func subnet() {
        func severities(_ mode: String, _ subnet: String, _ links: [HostLink]) -> [Finding.Severity] {
            let network = NetworkDocument.lan(mode: mode, subnets: [SubnetDocument(subnet: subnet)])
            return SubnetOfParent().examine(host.facts([network], links)).severities
        }
        #expect(severities("bridge", "10.9.0.0/24", links) == [.note])
        #expect(severities("bridge", "192.168.50.0/24", links).isEmpty)
        #expect(severities("bridge", "192.168.50.128/25", links).isEmpty)
        #expect(severities("bridge", "fd00:50::/64", links).isEmpty)
        #expect(severities("l3", "10.9.0.0/24", links).isEmpty)
        #expect(severities("bridge", "10.9.0.0/24", [HostLink("eth0")]).isEmpty)
    }
}
