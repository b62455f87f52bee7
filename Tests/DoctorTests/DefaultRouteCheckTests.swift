import ControlAPI
import KernelTestKit
import NetworkTypes
import RouteNetlink
import TestSupport
import Testing

@testable import Doctor

@Suite("Default routes of a host with routed networks")
struct DefaultRouteCheckTests {
    private let links = HostLinks([
        HostLink("eth0", index: 2), HostLink("eth1", index: 3), HostLink("red", index: 4, kind: "vrf", table: 10),
        HostLink("eth2", index: 5, masterIndex: 4), HostLink("eth3", index: 6, masterIndex: 4),
    ])

    private func findings(
        _ routes: [DefaultRoute]?, mode: String = "l3", parent: String = "eth0", isInternal: Bool = false
    ) -> [Finding] {
        var network = NetworkDocument.lan(
            mode: mode, parent: parent, lowest: parent,
            subnets: [SubnetDocument(subnet: "10.30.1.0/24"), SubnetDocument(subnet: "fd30::/64")])
        network.isInternal = isInternal
        let facts = DoctorFacts(status: StatusDocument(networks: [network]), links: links, defaultRoutes: routes)
        return DefaultRoutes().examine(facts).findings
    }

    @Test("An IPv4 default route over another link than the parent is a warning, with the command for a second one")
    func elsewhere() throws {
        let finding = try #require(findings([DefaultRoute(.ipv4, link: "eth1")]).first)
        #expect(finding.severity == .warning && finding.subject == "eth0")
        #expect(finding.what == "the host's IPv4 default route leaves over \"eth1\", not over \"eth0\"")
        #expect(finding.remedy.contains("ip -4 route add default via ROUTER dev eth0 metric 4096"))
    }

    @Test("A second IPv4 default route over the parent is enough, and a second IPv6 one is not")
    func second() {
        for (family, count) in [(AddressFamily.ipv4, 0), (.ipv6, 1)] {
            let routes = [
                DefaultRoute(family, link: "eth1", metric: 100), DefaultRoute(family, link: "eth0", metric: 4096),
            ]
            #expect(findings(routes).count == count)
        }
    }

    @Test("A default route in another table, by a rule of the operator, is enough", arguments: AddressFamily.allCases)
    func otherTable(_ family: AddressFamily) {
        let routes = [DefaultRoute(family, link: "eth1"), DefaultRoute(family, link: "eth0", table: 100)]
        #expect(findings(routes).isEmpty)
    }

    @Test("A default route over several links is not judged", arguments: AddressFamily.allCases)
    func several(_ family: AddressFamily) {
        #expect(findings([DefaultRoute(family, link: nil)]).isEmpty)
    }

    @Test("A host without a default route, an internal network and a layer 2 network are not judged")
    func others() {
        let elsewhere = AddressFamily.allCases.map { DefaultRoute($0, link: "eth1") }
        #expect(findings([]).isEmpty)
        #expect(findings(elsewhere, isInternal: true).isEmpty)
        #expect(findings(elsewhere, mode: "l2").isEmpty)
        #expect(findings(elsewhere, parent: "eth9").isEmpty)
        #expect(findings(elsewhere, mode: "l3s").count == 2)
    }

    @Test("The default routes of a parent's VRF count, not those of the main table")
    func vrf() throws {
        #expect(findings([DefaultRoute(.ipv4, link: "eth0")], parent: "eth2").isEmpty)
        let routes = [DefaultRoute(.ipv4, link: "eth3", table: 10), DefaultRoute(.ipv4, link: "eth0")]
        let finding = try #require(findings(routes, parent: "eth2").first)
        #expect(
            finding.remedy == """
                add a second one: ip -4 route add default via ROUTER dev eth2 vrf red metric 4096; or make "eth2" a port of a \
                VRF of its own
                """)
        #expect(findings(routes, parent: "eth3").isEmpty)
    }

    @Test("The default routes of all tables are read, without those that reject packets", .needsNetworkNamespaces)
    func kernel() async throws {
        try await withNetworkNamespace { client in
            let link = try client.existing("lo").index
            try client.setUp("lo")
            for route in [
                RouteMessage(to: .everything(.ipv4), link: link, protocol: .static, metric: 5),
                RouteMessage(to: .everything(.ipv4), link: link, table: 10, protocol: .static),
                RouteMessage(to: .everything(.ipv4), type: .blackhole, table: 11, protocol: .static),
                RouteMessage(to: .everything(.ipv6), link: link, protocol: .static),
                RouteMessage(to: try prefix("10.2.0.0/24"), link: link, protocol: .static),
            ] { try client.add(route) }
            let expected: Set = [
                DefaultRoute(.ipv4, link: "lo", metric: 5), DefaultRoute(.ipv4, link: "lo", table: 10),
                DefaultRoute(.ipv6, link: "lo", metric: 1024),
            ]
            try expect(Set(DefaultRoute.allFromKernel(HostLinks.fromKernel())), equals: expected)
        }
    }

    @Test("Routes that cannot be read are reported as not checked")
    func unreadable() {
        let facts = DoctorFacts(status: StatusDocument(networks: [.lan(mode: "l3")]), links: links)
        #expect(DefaultRoutes().examine(facts).notChecked.count == 1)
    }
}
