import ControlAPI
import KernelTestKit
import NetworkTypes
import RouteNetlink
import TestSupport
import Testing

@testable import Doctor

struct HostCheckTests {
    private let host: HostOfFiles
    private let access = HostAccessDocument(addresses: [], shim: "sh-eth0")

    init() throws { host = try HostOfFiles() }

    private func setting(_ name: String, _ value: Int) throws { try host.write("/proc/sys/net/\(name)", "\(value)\n") }

    @Test(
        "arp_ignore against host access is a problem, with the command for the file that sets it.",
        arguments: [(0, 0, 0), (1, 0, 0), (2, 0, 1), (0, 2, 1), (0, 8, 1), (0, 3, 0)])
    func arpIgnore(all: Int, shim: Int, count: Int) throws {
        try setting("ipv4/conf/all/arp_ignore", all)
        try setting("ipv4/conf/sh-eth0/arp_ignore", shim)
        let result = HostAccessSettings().examine(host.facts([.lan(hostAccess: access)]))
        #expect(result.findings.count == count)
        #expect(result.findings.allSatisfy { $0.severity == .problem })
        let place = all > 0 ? "net.ipv4.conf.all.arp_ignore=0" : "net.ipv4.conf.sh-eth0.arp_ignore=0"
        #expect(result.findings.allSatisfy { $0.remedy.contains(place) })
    }

    @Test("arp_ignore 1 is a note for a network with a reserved address, and rp_filter is never reported.")
    func arpIgnoreOne() throws {
        try setting("ipv4/conf/all/arp_ignore", 1)
        try setting("ipv4/conf/sh-eth0/arp_ignore", 0)
        try setting("ipv4/conf/all/rp_filter", 1)
        let reserved = HostAccessDocument(addresses: ["192.168.50.223"], shim: "sh-eth0")
        let networks: [NetworkDocument] = [.lan("a", hostAccess: reserved), .lan("b", hostAccess: access)]
        let result = HostAccessSettings().examine(host.facts(networks))
        #expect(result.severities == [.note] && result.findings.first?.networks == [networks[0].id])
    }

    @Test("proxy_arp on the parent is a warning only with forwarding and host access.")
    func proxyARP() throws {
        try setting("ipv4/conf/eth0/proxy_arp", 1)
        try setting("ipv4/conf/eth0/forwarding", 1)
        let check = HostAccessSettings()
        #expect(check.examine(host.facts([.lan(hostAccess: access)])).severities == [.warning])
        #expect(check.examine(host.facts([.lan()])) == .nothing)
        try setting("ipv4/conf/eth0/forwarding", 0)
        #expect(check.examine(host.facts([.lan(hostAccess: access)])) == .nothing)
    }

    @Test(
        "The kernel's own settings are read: arp_ignore 2 on a shim is found.", .needsNetworkNamespaces, .needs(.dummy))
    func kernelSettings() async throws {
        try await withNetworkNamespace { client in
            _ = try client.make("sh-eth0", .dummy)
            let network = NetworkDocument.lan(hostAccess: HostAccessDocument(shim: "sh-eth0"))
            let facts = DoctorFacts(status: StatusDocument(networks: [network]))
            #expect(HostAccessSettings().examine(facts) == .nothing)
            try setKernelSetting("net/ipv4/conf/all/arp_ignore", to: "2")
            #expect(HostAccessSettings().examine(facts).severities == [.problem])
            try setKernelSetting("net/ipv4/conf/all/arp_ignore", to: "0")
            try setKernelSetting("net/ipv4/conf/sh-eth0/arp_ignore", to: "2")
            #expect(HostAccessSettings().examine(facts).severities == [.problem])
        }
    }

    @Test("IPv6 off is a problem for a routed network's parent and for a shim, and harmless for containers' own links.")
    func ipv6() throws {
        try setting("ipv6/conf/eth0/disable_ipv6", 1)
        try setting("ipv6/conf/sh-eth0/disable_ipv6", 1)
        let six = [SubnetDocument(subnet: "fd00:50::/64")]
        func subjects(_ network: NetworkDocument) -> [String] { IPv6Settings().examine(host.facts([network])).subjects }
        #expect(subjects(.lan(mode: "l3", subnets: six)) == ["eth0"])
        #expect(subjects(.lan(subnets: six, hostAccess: access)) == ["sh-eth0"])
        #expect(subjects(.lan(subnets: six)).isEmpty)
        #expect(subjects(.lan(mode: "l3")).isEmpty)
        try setting("ipv6/conf/eth0/disable_ipv6", 0)
        #expect(subjects(.lan(mode: "l3", subnets: six)).isEmpty)
    }

    @Test("A kernel without IPv6 is a problem for a routed IPv6 network.")
    func noIPv6() {
        let network = NetworkDocument.lan(mode: "l3", subnets: [SubnetDocument(subnet: "fd00:50::/64")])
        #expect(IPv6Settings().examine(host.facts([network])).subjects == ["kernel"])
    }

    @Test("Forwarding that is off is a note for a routed network with host access only.")
    func forwarding() throws {
        try setting("ipv4/ip_forward", 0)
        #expect(Forwarding().examine(host.facts([.lan(mode: "l3", hostAccess: access)])).severities == [.note])
        #expect(Forwarding().examine(host.facts([.lan(mode: "l3"), .lan(hostAccess: access)])) == .nothing)
        try setting("ipv4/ip_forward", 1)
        #expect(Forwarding().examine(host.facts([.lan(mode: "l3", hostAccess: access)])) == .nothing)
    }

    @Test("A bridge parent that passes packets to iptables is a note.")
    func bridgeFirewall() throws {
        let links = [HostLink("br0", kind: "bridge"), HostLink("eth0")]
        let networks: [NetworkDocument] = [.lan("a", parent: "br0", lowest: "br0"), .lan("b")]
        try host.write("/proc/sys/net/bridge/bridge-nf-call-iptables", "0\n")
        #expect(BridgeFirewall().examine(host.facts(networks, links)) == .nothing)
        try host.write("/proc/sys/net/bridge/bridge-nf-call-iptables", "1\n")
        let result = BridgeFirewall().examine(host.facts(networks, links))
        #expect(result.severities == [.note] && result.subjects == ["br0"])
        try host.write("/proc/sys/net/bridge/bridge-nf-call-iptables", "0\n")
        try host.write("/sys/class/net/br0/bridge/nf_call_iptables", "1\n")
        #expect(BridgeFirewall().examine(host.facts(networks, links)).subjects == ["br0"])
    }

    @Test("Many dropped packets in relation to multicasts are a note; few are not.")
    func broadcastQueue() throws {
        func statistic(_ name: String, _ value: Int) throws {
            try host.write("/sys/class/net/eth0/statistics/\(name)", "\(value)\n")
        }
        try statistic("rx_packets", 100_000_000)
        try statistic("multicast", 10_000)
        try statistic("rx_dropped", 5000)
        let facts = host.facts([.lan()], [HostLink("eth0")])
        #expect(BroadcastQueue().examine(facts).severities == [.note])
        try statistic("rx_dropped", 900)
        #expect(BroadcastQueue().examine(facts) == .nothing)
        try statistic("multicast", 0)
        try statistic("rx_dropped", 5000)
        #expect(BroadcastQueue().examine(facts) == .nothing)
        #expect(BroadcastQueue().examine(host.facts([.lan(parent: "p0")], [HostLink("p0")])).notChecked.count == 1)
    }
}
