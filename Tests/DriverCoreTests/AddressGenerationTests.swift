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
        var lab = try DriverFixture()
        let before = lab.links
        try lab.createNetwork(.first, options)
        for name in lab.links.subtracting(before) { try expect(lab.link(name).generatesAddress, equals: false) }
        #expect(lab.reconcile() == [])
    }

    @Test(
        "The host gets an IPv6 address on the VLAN link that it routes IPv6 over, and on no lower link",
        arguments: ["l3", "l3s"])
    func layer3(_ mode: String) throws {
        var lab = try DriverFixture()
        try lab.createNetwork(.first, ["parent": "eth0.50.60", "mode": mode])
        try expect(lab.link("eth0.50.60").generatesAddress, equals: true)
        try expect(lab.link("eth0.50").generatesAddress, equals: false)
        #expect(lab.reconcile() == [])
    }

    @Test("A layer 3 network that is internal or has no IPv6 gives the host no address")
    func layer3WithoutRouting() throws {
        var lab = try DriverFixture()
        try lab.createNetwork(.first, Self.routed, pools: Self.onlyIPv4)
        try lab.createNetwork(.second, ["parent": "eth1.50", "mode": "l3"], isInternal: true)
        for name in ["eth0.50", "eth1.50"] { try expect(lab.link(name).generatesAddress, equals: false) }
    }

    @Test("Host addresses on VLAN links and dummies of an earlier version are removed and reported once")
    func upgraded() throws {
        var lab = try DriverFixture()
        try lab.createNetwork(.first, ["parent": "eth0.50"])
        try lab.createNetwork(.second, [:])
        for name in ["eth0.50", "sd-2f0e9d8c7b6a"] { lab.host.setAddressGeneration(true, of: name) }
        #expect(
            lab.reconcile() == [
                #"the host has no IPv6 address of its own on link "eth0.50" any more, which is there for containers"#,
                #"the host has no IPv6 address of its own on link "sd-2f0e9d8c7b6a" any more, which is there for containers"#,
            ])
        for name in ["eth0.50", "sd-2f0e9d8c7b6a"] { try expect(lab.link(name).generatesAddress, equals: false) }
        #expect(lab.reconcile() == [])
    }

    @Test(
        "The host keeps its address on a link of an earlier version that the host itself uses",
        arguments: [
            { $0.addAddress("192.168.50.9/24", to: "eth0.50") },
            { $0.addForeignRoute(to: "198.51.100.0/24", over: "eth0.50") },
        ] as [@Sendable (FakeHost) -> Void])
    func upgradedInUse(_ use: @Sendable (FakeHost) -> Void) throws {
        var lab = try DriverFixture()
        try lab.createNetwork(.first, ["parent": "eth0.50"])
        lab.host.setAddressGeneration(true, of: "eth0.50")
        use(lab.host)
        #expect(lab.reconcile() == [])
        try lab.createEndpoint()
        try lab.join()
        try expect(lab.link("eth0.50").generatesAddress, equals: true)
    }

    @Test(
        "A link of an earlier version gets no address while it is brought up",
        arguments: [["parent": "eth0.50"], [:]])
    func upgradedWhileDown(_ options: [String: String]) throws {
        var lab = try DriverFixture()
        let before = lab.links
        try lab.createNetwork(.first, options)
        let name = try #require(lab.links.subtracting(before).first)
        lab.host.setAddressGeneration(true, of: name)
        lab.host.setDown(name)
        let network = try #require(lab.driver.registry.networks[.first])
        let plan = try ParentPlanner(host: HostView(lab.host), registry: lab.driver.registry).plan(for: network)
        try expect(plan.steps, equals: [.setAddressGeneration(false, of: lab.link(name)), .setUp(lab.link(name))])
    }

    @Test("The host keeps its address on links that swiftvlan did not create")
    func foreign() throws {
        var lab = try DriverFixture()
        try lab.createNetwork(.first, ["parent": "eth0"])
        try lab.createNetwork(.second, ["parent": "guests"])
        #expect(lab.reconcile() == [])
        for name in ["eth0", "guests"] { try expect(lab.link(name).generatesAddress, equals: true) }
    }

    @Test("A link without IPv6 is not changed")
    func withoutIPv6() throws {
        var lab = try DriverFixture()
        try lab.createNetwork(.first, Self.routed)
        lab.host.setAddressGeneration(nil, of: "eth0.50")
        #expect(lab.reconcile() == [])
        try expect(lab.link("eth0.50").generatesAddress, equals: nil)
    }

    @Test(
        "A layer 3 network on an existing VLAN link gives the host an address there, and its deletion removes it")
    func comesLater() throws {
        var lab = try DriverFixture()
        try lab.createNetwork(.first, ["parent": "eth0.50.60"])
        try lab.createNetwork(.second, Self.routed)
        try expect(lab.link("eth0.50").generatesAddress, equals: true)
        #expect(lab.reconcile() == [])
        try lab.deleteNetwork(.second)
        #expect(lab.reconcile().count == 1)
        try expect(lab.link("eth0.50").generatesAddress, equals: false)
    }

    @Test("Networks that share a VLAN link keep the host's address while one of them needs it")
    func shared() throws {
        var lab = try DriverFixture()
        try lab.createNetwork(.first, Self.routed, pools: Self.onlyIPv4)
        try lab.createNetwork(.second, Self.routed, pools: Self.onlyIPv6)
        try lab.createNetwork(.third, Self.routed, pools: [AddressPool(subnet: "192.168.51.0/24")])
        try expect(lab.link("eth0.50").generatesAddress, equals: true)
        #expect(lab.reconcile() == [])
        lab.host.remove("eth0.50")
        _ = lab.reconcile()
        try expect(lab.link("eth0.50").generatesAddress, equals: true)
        #expect(lab.reconcile() == [])
        try lab.deleteNetwork(.second)
        _ = lab.reconcile()
        try expect(lab.link("eth0.50").generatesAddress, equals: false)
    }

    @Test("A change that the kernel refuses is reported once, and containers still start")
    func refused() throws {
        var lab = try DriverFixture()
        try lab.createNetwork(.first, ["parent": "eth0.50"])
        lab.host.setAddressGeneration(true, of: "eth0.50")
        lab.host.refusesAddressGeneration = true
        let words = lab.reconcile()
        #expect(
            words == [
                #"the host keeps the IPv6 address of its own on link "eth0.50", which is there for containers: change link "eth0.50": refused"#
            ])
        #expect(lab.reconcile() == [])
        try lab.createEndpoint()
        try lab.join()
        lab.host.refusesAddressGeneration = false
        _ = lab.reconcile()
        try expect(lab.link("eth0.50").generatesAddress, equals: false)
    }
}
