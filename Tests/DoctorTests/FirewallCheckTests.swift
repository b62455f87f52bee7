import ControlAPI
import KernelTestKit
import TestSupport
import Testing

@testable import Doctor

/// Programs whose output a test gives.
private struct ScriptedPrograms: ProgramRunner {
    let outputs: [String: String]

    func output(of command: [String]) -> String? { command.first.flatMap { outputs[$0] } }
}

struct FirewallCheckTests {
    private let host: HostOfFiles
    private let l3s = NetworkDocument.lan("routed", mode: "l3s")

    init() throws { host = try HostOfFiles() }

    private func examine(_ networks: [NetworkDocument], _ outputs: [String: String]) -> CheckResult {
        Firewall().examine(host.facts(networks, programs: ScriptedPrograms(outputs: outputs)))
    }

    private func nft(_ hook: String, family: String = "ip", policy: String = "drop") -> [String: String] {
        let chain = """
            {"chain": {"family": "\(family)", "table": "filter", "name": "\(hook.uppercased())", "handle": 1,
             "type": "filter", "hook": "\(hook)", "prio": 0, "policy": "\(policy)"}}
            """
        let regular = #"{"chain": {"family": "ip", "table": "filter", "name": "DOCKER", "handle": 2}}"#
        return ["nft": "{\"nftables\": [{\"metainfo\": {\"json_schema_version\": 1}}, \(regular), \(chain)]}"]
    }

    @Test("A dropping INPUT is a warning for l3s networks, and nothing for macvlan, l2 and l3 without host access.")
    func input() {
        let result = examine([l3s, .lan(), .lan(mode: "l2"), .lan(mode: "l3")], nft("input"))
        #expect(result.severities == [.warning] && result.findings.first?.networks == [l3s.id])
        #expect(examine([l3s], nft("input", policy: "accept")) == .nothing)
    }

    @Test("A dropping FORWARD matters only for routed networks with host access, never for macvlan.")
    func forward() {
        let access = HostAccessDocument(shim: "sh-eth0")
        #expect(examine([.lan(mode: "l3", hostAccess: access)], nft("forward")).severities == [.note])
        #expect(examine([.lan(hostAccess: access), l3s], nft("forward")) == .nothing)
    }

    @Test("A dropping OUTPUT is a warning for routed networks.")
    func output() {
        #expect(examine([.lan(mode: "l3")], nft("output")).severities == [.warning])
    }

    @Test(
        "A chain counts for the families of its table.", arguments: [("ip", 1), ("inet", 1), ("ip6", 0), ("bridge", 0)])
    func families(family: String, count: Int) {
        #expect(examine([l3s], nft("input", family: family)).findings.count == count)
    }

    @Test("The old kernel tables are read with iptables-save, also where nft lists nothing.")
    func oldTables() throws {
        let save = "*filter\n:INPUT DROP [12:3456]\n:FORWARD ACCEPT [0:0]\n:DOCKER - [0:0]\nCOMMIT\n"
        try host.write("/proc/net/ip_tables_names", "filter\n")
        let outputs = ["nft": "{\"nftables\": []}", "iptables-legacy-save": save]
        let result = examine([l3s], outputs)
        #expect(result.severities == [.warning])
        #expect(result.findings.first?.what.contains("iptables-legacy-save") == true)
    }

    @Test("Without nft, both families are read with iptables-save.")
    func saveOnly() {
        let save = "*mangle\n:INPUT DROP [0:0]\nCOMMIT\n"
        let six = NetworkDocument.lan("six", mode: "l3s", subnets: [SubnetDocument(subnet: "fd00:50::/64")])
        let result = examine([l3s, six], ["iptables-save": "*filter\nCOMMIT\n", "ip6tables-save": save])
        #expect(result.severities == [.warning] && result.findings.first?.networks == [six.id])
    }

    @Test("Without a program that lists chains, and without root, policies are not checked.")
    func unreadable() {
        #expect(examine([l3s], [:]).notChecked.count == 1)
        #expect(Firewall().examine(host.facts([l3s])).notChecked.count == 1)
        #expect(Firewall().examine(host.facts([.lan()])) == .nothing)
        #expect(examine([l3s], ["nft": "not JSON"]).notChecked.count == 1)
    }

    @Test("A program's output is read, and a program that fails or does not exist has none.")
    func programs() {
        let programs = SystemPrograms()
        #expect(programs.output(of: ["echo", "two words"]) == "two words\n")
        #expect(programs.output(of: ["false"]) == nil)
        #expect(programs.output(of: ["no-such-program"]) == nil)
        #expect(programs.output(of: []) == nil)
    }

    @Test(
        "A program that prints without end, or never ends, is stopped.",
        arguments: [["yes"], ["sleep", "1000"], ["sh", "-c", "exec sleep 1000 >&-"]])
    func endless(command: [String]) {
        #expect(SystemPrograms(timeLimit: .milliseconds(200)).output(of: command) == nil)
    }
}
