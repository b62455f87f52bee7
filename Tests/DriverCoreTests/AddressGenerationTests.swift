import DriverTestKit
import NetworkTypes
import TestSupport
import Testing

@testable import DriverCore

@Suite("Host IPv6 addresses on links that carry container traffic")
struct AddressGenerationTests {
    private static let routed = ["parent": "eth0.50", "mode": "l3"]
    private static let onlyIPv4 = [AddressPool(subnet: "192.168.50.0/24")]
    private static let onlyIPv6 = [AddressPool(subnet: "fd00:50::/64")]

    @Test(
        "The host gets no IPv6 address on the VLAN links and dummies of a layer 2 network",
        arguments: [["parent": "eth0.50.60"], ["parent": "eth0.50.60", "mode": "l2"], [:]])
    func layer2(_ options: [String: String]) throws {
        var fixture = try DriverFixture()
        let before = fixture.links
        try fixture.createNetwork(.first, options)
        for name in fixture.links.subtracting(before) { try expect(fixture.link(name).generatesAddress, equals: false) }
        #expect(fixture.reconcile() == [])
    }

    @Test(
        "The host gets an IPv6 address on the VLAN link that it routes IPv6 over, and on no lower link",
        arguments: ["l3", "l3s"])
    func layer3(_ mode: String) throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, ["parent": "eth0.50.60", "mode": mode])
        try expect(fixture.link("eth0.50.60").generatesAddress, equals: true)
        try expect(fixture.link("eth0.50").generatesAddress, equals: false)
        #expect(fixture.reconcile() == [])
    }

    @Test("A layer 3 network that is internal or has no IPv6 gives the host no address")
    func layer3WithoutRouting() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, Self.routed, pools: Self.onlyIPv4)
        try fixture.createNetwork(.second, ["parent": "eth1.50", "mode": "l3"], isInternal: true)
        for name in ["eth0.50", "eth1.50"] { try expect(fixture.link(name).generatesAddress, equals: false) }
    }

    @Test("Host addresses on VLAN links and dummies of an earlier version are removed and reported once")
    func upgraded() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, ["parent": "eth0.50"])
        try fixture.createNetwork(.second, [:])
        for name in ["eth0.50", "sd-2f0e9d8c7b6a"] { fixture.host.setAddressGeneration(true, of: name) }
        #expect(
            fixture.reconcile() == [
                #"removed the host's IPv6 address from link "eth0.50", which is for containers only"#,
                #"removed the host's IPv6 address from link "sd-2f0e9d8c7b6a", which is for containers only"#,
            ])
        for name in ["eth0.50", "sd-2f0e9d8c7b6a"] { try expect(fixture.link(name).generatesAddress, equals: false) }
        #expect(fixture.reconcile() == [])
    }

    @Test(
        "The host keeps its address on a link of an earlier version that the host itself uses",
        arguments: [
            { $0.addAddress("192.168.50.9/24", to: "eth0.50") },
            { $0.addForeignRoute(to: "198.51.100.0/24", over: "eth0.50") },
        ] as [@Sendable (FakeHost) -> Void])
    func upgradedInUse(_ use: @Sendable (FakeHost) -> Void) throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, ["parent": "eth0.50"])
        fixture.host.setAddressGeneration(true, of: "eth0.50")
        use(fixture.host)
        #expect(fixture.reconcile() == [])
        try fixture.createEndpoint()
        try fixture.join()
        try expect(fixture.link("eth0.50").generatesAddress, equals: true)
    }

    @Test(
        "A link of an earlier version gets no address while it is brought up",
        arguments: [["parent": "eth0.50"], [:]])
    func upgradedWhileDown(_ options: [String: String]) throws {
        var fixture = try DriverFixture()
        let before = fixture.links
        try fixture.createNetwork(.first, options)
        let name = try #require(fixture.links.subtracting(before).first)
        fixture.host.setAddressGeneration(true, of: name)
        fixture.host.setDown(name)
        let network = try #require(fixture.driver.registry.networks[.first])
        let plan = try ParentPlanner(host: HostView(fixture.host), registry: fixture.driver.registry).plan(for: network)
        try expect(
            plan.steps, equals: [.setAddressGeneration(false, of: fixture.link(name)), .setUp(fixture.link(name))])
    }

    @Test("The host keeps its address on links that swiftvlan did not create")
    func foreign() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, ["parent": "eth0"])
        try fixture.createNetwork(.second, ["parent": "guests"])
        #expect(fixture.reconcile() == [])
        for name in ["eth0", "guests"] { try expect(fixture.link(name).generatesAddress, equals: true) }
    }

    @Test("A link without IPv6 is not changed")
    func withoutIPv6() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, Self.routed)
        fixture.host.setAddressGeneration(nil, of: "eth0.50")
        #expect(fixture.reconcile() == [])
        try expect(fixture.link("eth0.50").generatesAddress, equals: nil)
    }

    @Test(
        "A layer 3 network on an existing VLAN link gives the host an address there, and its deletion removes it")
    func comesLater() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, ["parent": "eth0.50.60"])
        try fixture.createNetwork(.second, Self.routed)
        try expect(fixture.link("eth0.50").generatesAddress, equals: true)
        #expect(fixture.reconcile() == [])
        try fixture.deleteNetwork(.second)
        #expect(fixture.reconcile().count == 1)
        try expect(fixture.link("eth0.50").generatesAddress, equals: false)
    }

    @Test("Networks that share a VLAN link keep the host's address while one of them needs it")
    func shared() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, Self.routed, pools: Self.onlyIPv4)
        try fixture.createNetwork(.second, Self.routed, pools: Self.onlyIPv6)
        try fixture.createNetwork(.third, Self.routed, pools: [AddressPool(subnet: "192.168.51.0/24")])
        try expect(fixture.link("eth0.50").generatesAddress, equals: true)
        #expect(fixture.reconcile() == [])
        fixture.host.remove("eth0.50")
        _ = fixture.reconcile()
        try expect(fixture.link("eth0.50").generatesAddress, equals: true)
        #expect(fixture.reconcile() == [])
        try fixture.deleteNetwork(.second)
        _ = fixture.reconcile()
        try expect(fixture.link("eth0.50").generatesAddress, equals: false)
    }

    @Test("A change that the kernel refuses is reported once, and containers still start")
    func refused() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, ["parent": "eth0.50"])
        fixture.host.setAddressGeneration(true, of: "eth0.50")
        fixture.host.refusesAddressGeneration = true
        let words = fixture.reconcile()
        #expect(
            words == [
                #"cannot remove the host's IPv6 address from link "eth0.50", which is for containers only: change link "eth0.50": refused"#
            ])
        #expect(fixture.reconcile() == [])
        try fixture.createEndpoint()
        try fixture.join()
        fixture.host.refusesAddressGeneration = false
        _ = fixture.reconcile()
        try expect(fixture.link("eth0.50").generatesAddress, equals: false)
    }
}
