import DriverTestKit
import NetworkTypes
import TestSupport
import Testing

@testable import DriverCore

@Suite("Alternative names of parents")
struct ParentNameTests {
    @Test(
        "A network with an alternative parent name stays on its NIC when kernel names swap",
        arguments: ["lan0", "lan0.50"])
    func swap(_ parent: String) throws {
        var fixture = try fixture()
        let nic = try fixture.link("eth0").index
        try fixture.createNetwork(.first, ["parent": parent, "mode": "l3"])
        swapAtBoot(&fixture)
        _ = fixture.reconcile()
        try fixture.createEndpoint()
        let link = try #require(fixture.host.link(named: fixture.join().linkName.text))
        let lowest = try parent == "lan0" ? link.lowerIndex : fixture.link("lan0.50").lowerIndex
        #expect(lowest == nic)
        let parentIndex = try parent == "lan0" ? nic : fixture.link("lan0.50").index
        #expect(Set(fixture.host.routes.map(\.linkIndex)) == [parentIndex])
    }

    @Test("A network with a kernel parent name follows that name when kernel names swap")
    func swapByKernelName() throws {
        var fixture = try fixture()
        try fixture.createNetwork(.first, ["parent": "eth0"])
        swapAtBoot(&fixture)
        try fixture.createEndpoint()
        let link = try #require(fixture.host.link(named: fixture.join().linkName.text))
        try expect(link.lowerIndex, equals: fixture.link("eth0").index)
    }

    private static let records: [(options: [String: String], parent: NetworkParent)] = [
        (["parent": "lan0"], .existing("lan0")),
        (["parent": "a-very-long-name-of-the-nic"], .existing("a-very-long-name-of-the-nic")),
        (["parent": "lan0.50"], vlan("lan0.50", on: "lan0")),
        (["parent": "lan0", "vlan": "50"], vlan("lan0.50", on: "lan0")),
        (["parent": "lan0", "vlan": "50", "vlan_name": "iot"], vlan("iot", on: "lan0")),
        (
            ["parent": "lan0.50.60"],
            .vlan([SubInterface(name: "lan0.50", tag: 50), SubInterface(name: "lan0.50.60", tag: 60)], lower: "lan0")
        ),
        (["parent": "uplink.5"], .existing("uplink.5")),
        (["parent": "uplink.5.50"], vlan("uplink.5.50", on: "uplink.5")),
    ]

    @Test("A network's record contains the names that the user wrote", arguments: records)
    func recorded(_ options: [String: String], _ parent: NetworkParent) throws {
        var fixture = try fixture()
        fixture.host.addName("uplink.5", to: "eth0")
        try fixture.createNetwork(.first, options)
        #expect(fixture.driver.registry.networks[.first]?.parent == parent)
        #expect(fixture.reconcile() == [])
        try fixture.createEndpoint()
        try fixture.join()
    }

    @Test("A VLAN link on a NIC with a long alternative name gets a short name")
    func longName() throws {
        var fixture = try fixture()
        let before = fixture.links
        try fixture.createNetwork(.first, ["parent": "a-very-long-name-of-the-nic.50"])
        try fixture.createNetwork(.second, ["parent": "a-very-long-name-of-the-nic", "vlan": "50"])
        let name = try #require(fixture.links.subtracting(before).first)
        #expect(name.hasPrefix("sl") && name.hasSuffix(".50"))
        try expect(fixture.link(name).lowerIndex, equals: fixture.link("eth0").index)
        #expect(fixture.driver.takeNotices().count == 1)
    }

    @Test("Networks that name one VLAN by two names of its NIC share the link until the last is deleted")
    func sharedVLAN() throws {
        for order in [["eth0.50", "lan0.50"], ["lan0.50", "eth0.50"]] {
            for deletedFirst in [NetworkID.first, .second] {
                var fixture = try fixture()
                let before = fixture.links
                try fixture.createNetwork(.first, ["parent": order[0]])
                try fixture.createNetwork(.second, ["parent": order[1]])
                #expect(fixture.links == before.union([order[0]]))
                #expect(fixture.reconcile() == [])
                try fixture.createEndpoint(.web, in: .first)
                try fixture.createEndpoint(.mail, in: .second)
                for (id, network) in [(EndpointID.web, NetworkID.first), (.mail, .second)] {
                    let link = try fixture.join(id, in: network).linkName
                    try expect(fixture.link(link.text).lowerIndex, equals: fixture.link(order[0]).index)
                    try fixture.deleteEndpoint(id)
                }
                try fixture.deleteNetwork(deletedFirst)
                for second in [0, 30, 60] { _ = fixture.reconcile(at: second) }
                fixture.host.finishRemovals()
                #expect(fixture.links == before.union([order[0]]))
                try fixture.deleteNetwork(deletedFirst == .first ? .second : .first)
                #expect(fixture.links == before)
            }
        }
    }

    @Test("Networks that share a VLAN link by two names get one link each when the names move to two NICs")
    func sharedVLANParted() throws {
        var fixture = try fixture()
        try fixture.createNetwork(.first, ["parent": "eth0.50"])
        try fixture.createNetwork(.second, ["parent": "lan0.50"])
        swapAtBoot(&fixture)
        _ = fixture.reconcile()
        try expect(fixture.link("eth0.50").lowerIndex, equals: fixture.link("eth0").index)
        try expect(fixture.link("lan0.50").lowerIndex, equals: fixture.link("eth1").index)
        #expect(fixture.driver.status == "2 networks")
    }

    @Test("Reconciliation recreates VLAN links on the right NIC when names swap at run time")
    func swapAtRunTime() throws {
        var fixture = try fixture()
        try fixture.createNetwork(.first, ["parent": "eth0.50"])
        try fixture.createNetwork(.second, ["parent": "lan0.50"])
        swapNames(fixture.host)
        for second in [0, 1, 2] {
            _ = fixture.reconcile(at: second)
            fixture.host.finishRemovals()
        }
        try expect(fixture.link("eth0.50").lowerIndex, equals: fixture.link("eth0").index)
        try expect(fixture.link("lan0.50").lowerIndex, equals: fixture.link("eth1").index)
        #expect(fixture.driver.status == "2 networks")
    }

    @Test("A network and a nested VLAN share the outer VLAN link under either name of the NIC")
    func sharedOuter() throws {
        var fixture = try fixture()
        let before = fixture.links
        try fixture.createNetwork(.first, ["parent": "eth0.50"])
        try fixture.createNetwork(.second, ["parent": "lan0.50.60"])
        #expect(fixture.links == before.union(["eth0.50", "lan0.50.60"]))
        try fixture.deleteNetwork(.first)
        for second in [0, 30, 60] { _ = fixture.reconcile(at: second) }
        fixture.host.finishRemovals()
        #expect(fixture.links == before.union(["eth0.50", "lan0.50.60"]))
        fixture.host.remove("lan0.50.60")
        _ = fixture.reconcile()
        try expect(fixture.link("lan0.50.60").lowerIndex, equals: fixture.link("eth0.50").index)
        try fixture.deleteNetwork(.second)
        #expect(fixture.links == before)
    }

    @Test("Networks that name one NIC by two names follow the kernel's sharing rules", arguments: ["", ".50"])
    func conflict(_ vlan: String) throws {
        var fixture = try fixture()
        try fixture.createNetwork(.first, ["parent": "eth0" + vlan])
        let message = """
            parent=lan0\(vlan): network 1f0e9d8c7b6a uses it for macvlan bridge, and the kernel does not let ipvlan \
            share a parent with macvlan; use another parent, or macvlan here too; if `docker network ls` does not show \
            that network, Docker has lost it: run `swiftvlan gc`, or remove "memory/1f0e9d8c7b6a.json" and \
            restart swiftvlan
            """
        try expect(fixture.networkRefusal(["parent": "lan0" + vlan, "mode": "l2"], .second), equals: message)
        // The same while the VLAN link is missing.
        fixture.host.remove("eth0.50")
        try expect(fixture.networkRefusal(["parent": "lan0" + vlan, "mode": "l2"], .second), equals: message)
    }

    @Test("A VLAN link created with vlan_name can be used only under that name")
    func namedByUser() throws {
        var fixture = try fixture()
        try fixture.createNetwork(.first, ["parent": "eth0", "vlan": "50", "vlan_name": "iot"])
        try expect(
            fixture.networkRefusal(["parent": "lan0.50"], .second),
            equals: #"parent=lan0.50: VLAN 50 on "eth0" already exists as link "iot"; use parent=iot"#)
        try fixture.createNetwork(.second, ["parent": "iot"])
        #expect(fixture.driver.registry.networks[.second]?.parent == fixture.driver.registry.networks[.first]?.parent)
        try fixture.createNetwork(.third, ["parent": "eth0.60"])
        try expect(
            fixture.networkRefusal(["parent": "lan0", "vlan": "60", "vlan_name": "dmz"], .swarm),
            equals: #"parent=dmz: VLAN 60 on "eth0" already exists as link "eth0.60"; use parent=eth0.60"#)
    }

    @Test("A VLAN that exists as an administrator's link is refused with that link's name")
    func foreignVLAN() throws {
        let fixture = try fixture()
        try expect(
            fixture.networkRefusal(["parent": "lan0.7"]),
            equals: #"parent=lan0.7: VLAN 7 on "eth0" already exists as link "guests"; use parent=guests"#)
    }

    @Test("An alternative name of our VLAN link means that VLAN, and reconciliation recreates it under its own name")
    func nameOfOwnVLAN() throws {
        var fixture = try fixture()
        try fixture.createNetwork(.first, ["parent": "lan0.50"])
        fixture.host.addName("cameras", to: "lan0.50")
        try fixture.createNetwork(.second, ["parent": "cameras"])
        #expect(fixture.driver.registry.networks[.second]?.parent == Self.vlan("lan0.50", on: "lan0"))
        try fixture.deleteNetwork(.first)
        fixture.host.remove("lan0.50")
        #expect(fixture.reconcile().count == 1)
        #expect(fixture.links.contains("lan0.50"))
    }

    @Test("A network on a VLAN link that is shared by two names records the name that the user wrote")
    func writtenName() throws {
        var fixture = try fixture()
        try fixture.createNetwork(.first, ["parent": "eth0.50"])
        try fixture.createNetwork(.second, ["parent": "lan0.50"])
        try fixture.deleteNetwork(.first)
        try fixture.createNetwork(.third, ["parent": "eth0.50"])
        #expect(fixture.driver.registry.networks[.third]?.parent == Self.vlan("eth0.50", on: "eth0"))
    }

    @Test("A network waits for the parent name that the user wrote, and the notice names it")
    func waits() throws {
        var fixture = try fixture()
        try fixture.createNetwork(.first, ["parent": "lan0"])
        try fixture.createEndpoint()
        swapAtBoot(&fixture, withAlternativeNames: false)
        #expect(
            fixture.reconcile() == [
                """
                network 1f0e9d8c7b6a waits for link "lan0", which is not on this host; its containers can start when \
                the link is back
                """
            ])
        #expect(fixture.driver.status == "1 network, 1 waiting for lan0")
        #expect(throws: DriverError.parentGone(parent: "lan0", network: .first)) { try fixture.join() }
        fixture.host.addName("lan0", to: "eth1")
        #expect(fixture.reconcile() == [#"network 1f0e9d8c7b6a works again: link "lan0" is back"#])
        try fixture.join()
    }

    @Test("A repeated CreateNetwork with an alternative name for the recorded parent changes nothing")
    func oldRecord() throws {
        for (recorded, wanted) in [("eth0", "lan0"), ("eth0.50", "lan0.50")] {
            var fixture = try fixture()
            try fixture.createNetwork(.first, ["parent": recorded])
            try fixture.createEndpoint()
            try fixture.join()
            let before = fixture.driver.registry.networks
            try fixture.createNetwork(.first, ["parent": wanted])
            #expect(fixture.driver.registry.networks == before)
            #expect(fixture.counts.endpoints == 1)
            // After a swap, the names mean another NIC.
            swapAtBoot(&fixture)
            try fixture.createNetwork(.first, ["parent": wanted])
            #expect(fixture.driver.registry.networks[.first]?.parent.linkName.text == wanted)
        }
    }

    @Test("The error for a misspelled parent suggests an alternative name")
    func proposal() throws {
        let fixture = try fixture()
        try expect(
            fixture.networkRefusal(["parent": "lann0"]),
            equals: #"parent=lann0: there is no link "lann0" on this host; did you mean parent=lan0?"#)
    }

    @Test("Endpoints on one NIC cannot share a MAC address, even by two parent names")
    func macAddresses() throws {
        var fixture = try fixture()
        try fixture.createNetwork(.first, ["parent": "eth0"])
        try fixture.createNetwork(.second, ["parent": "lan0"])
        try fixture.createEndpoint(.web, in: .first, ["192.168.50.10/24"], mac: "02:00:00:00:00:99")
        try fixture.join(.web, in: .first)
        fixture.host.takeIntoContainer("sva0b1c2d3e4f5")
        try fixture.createEndpoint(.mail, in: .second, ["192.168.50.10/24"], mac: "02:00:00:00:00:99")
        let refusal = try fixture.refusal { fixture throws(DriverError) in try fixture.join(.mail, in: .second) }
        #expect(refusal.contains("MAC address 02:00:00:00:00:99 is in use by another link on parent \"eth0\""))
        #expect(refusal.contains("that of endpoint a0b1c2d3e4f5"))
    }

    @Test("A host route is added and removed under either name of its parent")
    func routes() throws {
        var fixture = try fixture()
        try fixture.createNetwork(.first, ["parent": "eth0", "mode": "l3"])
        let subnet: [AddressPool] = [AddressPool(subnet: "10.9.0.0/16")]
        try fixture.createNetwork(.second, ["parent": "lan0", "mode": "l3"], pools: subnet)
        #expect(fixture.host.routes.count == 5)
        try fixture.deleteNetwork(.second)
        #expect(fixture.host.routes.count == 4)
        fixture.host.removeRoutes(to: "10.50.0.0/16")
        _ = fixture.reconcile()
        #expect(fixture.host.routes.count == 4)
    }

    /// A host whose first NIC has alternative names.
    private func fixture() throws -> DriverFixture {
        try DriverFixture {
            $0.addName("lan0", to: "eth0")
            $0.addName("a-very-long-name-of-the-nic", to: "eth0")
        }
    }

    private static func vlan(_ name: InterfaceName, on lower: LinkName) -> NetworkParent {
        .vlan([SubInterface(name: name, tag: 50)], lower: lower)
    }

    /// Reboots the host with its NICs in another order. Alternative names stay with their NICs.
    private func swapAtBoot(_ fixture: inout DriverFixture, withAlternativeNames: Bool = true) {
        for link in fixture.host.visible where link.owner != nil { fixture.host.remove(link.name) }
        for link in fixture.host.inContainers { fixture.host.removeInContainer(link.name) }
        if !withAlternativeNames { fixture.host.removeNames(of: "eth0") }
        swapNames(fixture.host)
    }

    private func swapNames(_ host: FakeHost) {
        host.rename("eth0", to: "moved")
        host.rename("eth1", to: "eth0")
        host.rename("moved", to: "eth1")
    }
}
