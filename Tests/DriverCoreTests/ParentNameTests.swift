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
        var lab = try lab()
        let card = try lab.link("eth0").index
        try lab.createNetwork(.first, ["parent": parent, "mode": "l3"])
        swapAtBoot(&lab)
        _ = lab.reconcile()
        try lab.createEndpoint()
        let link = try #require(lab.host.link(named: lab.join().linkName.text))
        let lowest = try parent == "lan0" ? link.lowerIndex : lab.link("lan0.50").lowerIndex
        #expect(lowest == card)
        let parentIndex = try parent == "lan0" ? card : lab.link("lan0.50").index
        #expect(Set(lab.host.routes.map(\.linkIndex)) == [parentIndex])
    }

    @Test("A network with a kernel parent name follows that name when kernel names swap")
    func swapByKernelName() throws {
        var lab = try lab()
        try lab.createNetwork(.first, ["parent": "eth0"])
        swapAtBoot(&lab)
        try lab.createEndpoint()
        let link = try #require(lab.host.link(named: lab.join().linkName.text))
        try expect(link.lowerIndex, equals: lab.link("eth0").index)
    }

    private static let records: [(options: [String: String], parent: NetworkParent)] = [
        (["parent": "lan0"], .existing("lan0")),
        (["parent": "a-very-long-name-of-the-card"], .existing("a-very-long-name-of-the-card")),
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
        var lab = try lab()
        lab.host.addName("uplink.5", to: "eth0")
        try lab.createNetwork(.first, options)
        #expect(lab.driver.registry.networks[.first]?.parent == parent)
        #expect(lab.reconcile() == [])
        try lab.createEndpoint()
        try lab.join()
    }

    @Test("A VLAN link on a NIC with a long alternative name gets a short name")
    func longName() throws {
        var lab = try lab()
        let before = lab.links
        try lab.createNetwork(.first, ["parent": "a-very-long-name-of-the-card.50"])
        try lab.createNetwork(.second, ["parent": "a-very-long-name-of-the-card", "vlan": "50"])
        let name = try #require(lab.links.subtracting(before).first)
        #expect(name.hasPrefix("sl") && name.hasSuffix(".50"))
        try expect(lab.link(name).lowerIndex, equals: lab.link("eth0").index)
        #expect(lab.driver.takeNotices().count == 1)
    }

    @Test("Networks that name one VLAN by two names of its NIC share the link until the last is deleted")
    func sharedVLAN() throws {
        for order in [["eth0.50", "lan0.50"], ["lan0.50", "eth0.50"]] {
            for deletedFirst in [NetworkID.first, .second] {
                var lab = try lab()
                let before = lab.links
                try lab.createNetwork(.first, ["parent": order[0]])
                try lab.createNetwork(.second, ["parent": order[1]])
                #expect(lab.links == before.union([order[0]]))
                #expect(lab.reconcile() == [])
                try lab.createEndpoint(.web, in: .first)
                try lab.createEndpoint(.mail, in: .second)
                for (id, network) in [(EndpointID.web, NetworkID.first), (.mail, .second)] {
                    let link = try lab.join(id, in: network).linkName
                    try expect(lab.link(link.text).lowerIndex, equals: lab.link(order[0]).index)
                    try lab.deleteEndpoint(id)
                }
                try lab.deleteNetwork(deletedFirst)
                for second in [0, 30, 60] { _ = lab.reconcile(at: second) }
                lab.host.finishRemovals()
                #expect(lab.links == before.union([order[0]]))
                try lab.deleteNetwork(deletedFirst == .first ? .second : .first)
                #expect(lab.links == before)
            }
        }
    }

    @Test("Networks that share a VLAN link by two names get one link each when the names move to two NICs")
    func sharedVLANParted() throws {
        var lab = try lab()
        try lab.createNetwork(.first, ["parent": "eth0.50"])
        try lab.createNetwork(.second, ["parent": "lan0.50"])
        swapAtBoot(&lab)
        _ = lab.reconcile()
        try expect(lab.link("eth0.50").lowerIndex, equals: lab.link("eth0").index)
        try expect(lab.link("lan0.50").lowerIndex, equals: lab.link("eth1").index)
        #expect(lab.driver.status == "2 networks")
    }

    @Test("Reconciliation recreates VLAN links on the right NIC when names swap at run time")
    func swapAtRunTime() throws {
        var lab = try lab()
        try lab.createNetwork(.first, ["parent": "eth0.50"])
        try lab.createNetwork(.second, ["parent": "lan0.50"])
        swapNames(lab.host)
        for second in [0, 1, 2] {
            _ = lab.reconcile(at: second)
            lab.host.finishRemovals()
        }
        try expect(lab.link("eth0.50").lowerIndex, equals: lab.link("eth0").index)
        try expect(lab.link("lan0.50").lowerIndex, equals: lab.link("eth1").index)
        #expect(lab.driver.status == "2 networks")
    }

    @Test("A network and a nested VLAN share the outer VLAN link under either name of the NIC")
    func sharedOuter() throws {
        var lab = try lab()
        let before = lab.links
        try lab.createNetwork(.first, ["parent": "eth0.50"])
        try lab.createNetwork(.second, ["parent": "lan0.50.60"])
        #expect(lab.links == before.union(["eth0.50", "lan0.50.60"]))
        try lab.deleteNetwork(.first)
        for second in [0, 30, 60] { _ = lab.reconcile(at: second) }
        lab.host.finishRemovals()
        #expect(lab.links == before.union(["eth0.50", "lan0.50.60"]))
        lab.host.remove("lan0.50.60")
        _ = lab.reconcile()
        try expect(lab.link("lan0.50.60").lowerIndex, equals: lab.link("eth0.50").index)
        try lab.deleteNetwork(.second)
        #expect(lab.links == before)
    }

    @Test("Networks that name one NIC by two names follow the kernel's sharing rules", arguments: ["", ".50"])
    func conflict(_ vlan: String) throws {
        var lab = try lab()
        try lab.createNetwork(.first, ["parent": "eth0" + vlan])
        let message = """
            parent=lan0\(vlan): network 1f0e9d8c7b6a uses it for macvlan bridge, and the kernel does not let ipvlan \
            share a parent with macvlan; use another parent or macvlan here too; if `docker network ls` does not show \
            that network, Docker has lost it: remove "memory/1f0e9d8c7b6a.json" and restart swiftvlan
            """
        try expect(lab.networkRefusal(["parent": "lan0" + vlan, "mode": "l2"], .second), equals: message)
        // The same while the VLAN link is missing.
        lab.host.remove("eth0.50")
        try expect(lab.networkRefusal(["parent": "lan0" + vlan, "mode": "l2"], .second), equals: message)
    }

    @Test("A VLAN link created with vlan_name can be used only under that name")
    func namedByUser() throws {
        var lab = try lab()
        try lab.createNetwork(.first, ["parent": "eth0", "vlan": "50", "vlan_name": "iot"])
        try expect(
            lab.networkRefusal(["parent": "lan0.50"], .second),
            equals: #"parent=lan0.50: VLAN 50 on eth0 exists already as link "iot"; use parent=iot"#)
        try lab.createNetwork(.second, ["parent": "iot"])
        #expect(lab.driver.registry.networks[.second]?.parent == lab.driver.registry.networks[.first]?.parent)
        try lab.createNetwork(.third, ["parent": "eth0.60"])
        try expect(
            lab.networkRefusal(["parent": "lan0", "vlan": "60", "vlan_name": "dmz"], .swarm),
            equals: #"parent=dmz: VLAN 60 on eth0 exists already as link "eth0.60"; use parent=eth0.60"#)
    }

    @Test("A VLAN that exists as an administrator's link is refused with that link's name")
    func foreignVLAN() throws {
        let lab = try lab()
        try expect(
            lab.networkRefusal(["parent": "lan0.7"]),
            equals: #"parent=lan0.7: VLAN 7 on eth0 exists already as link "guests"; use parent=guests"#)
    }

    @Test("An alternative name of our VLAN link means that VLAN, and reconciliation recreates it under its own name")
    func nameOfOwnVLAN() throws {
        var lab = try lab()
        try lab.createNetwork(.first, ["parent": "lan0.50"])
        lab.host.addName("cameras", to: "lan0.50")
        try lab.createNetwork(.second, ["parent": "cameras"])
        #expect(lab.driver.registry.networks[.second]?.parent == Self.vlan("lan0.50", on: "lan0"))
        try lab.deleteNetwork(.first)
        lab.host.remove("lan0.50")
        #expect(lab.reconcile().count == 1)
        #expect(lab.links.contains("lan0.50"))
    }

    @Test("A network on a VLAN link that is shared by two names records the name that the user wrote")
    func writtenName() throws {
        var lab = try lab()
        try lab.createNetwork(.first, ["parent": "eth0.50"])
        try lab.createNetwork(.second, ["parent": "lan0.50"])
        try lab.deleteNetwork(.first)
        try lab.createNetwork(.third, ["parent": "eth0.50"])
        #expect(lab.driver.registry.networks[.third]?.parent == Self.vlan("eth0.50", on: "eth0"))
    }

    @Test("A network waits for the parent name that the user wrote, and the notice names it")
    func waits() throws {
        var lab = try lab()
        try lab.createNetwork(.first, ["parent": "lan0"])
        try lab.createEndpoint()
        swapAtBoot(&lab, withAlternativeNames: false)
        #expect(
            lab.reconcile() == [
                """
                network 1f0e9d8c7b6a waits for link "lan0", which is not on this host; its containers can be started as \
                soon as it is
                """
            ])
        #expect(lab.driver.status == "1 network, 1 waiting for lan0")
        #expect(throws: DriverError.parentGone(parent: "lan0", network: .first)) { try lab.join() }
        lab.host.addName("lan0", to: "eth1")
        #expect(lab.reconcile() == [#"network 1f0e9d8c7b6a works again: link "lan0" is there"#])
        try lab.join()
    }

    @Test("A repeated CreateNetwork with an alternative name for the recorded parent changes nothing")
    func oldRecord() throws {
        for (recorded, wanted) in [("eth0", "lan0"), ("eth0.50", "lan0.50")] {
            var lab = try lab()
            try lab.createNetwork(.first, ["parent": recorded])
            try lab.createEndpoint()
            try lab.join()
            let before = lab.driver.registry.networks
            try lab.createNetwork(.first, ["parent": wanted])
            #expect(lab.driver.registry.networks == before)
            #expect(lab.counts.endpoints == 1)
            // After a swap, the names mean another NIC.
            swapAtBoot(&lab)
            try lab.createNetwork(.first, ["parent": wanted])
            #expect(lab.driver.registry.networks[.first]?.parent.linkName.text == wanted)
        }
    }

    @Test("The error for a misspelled parent suggests an alternative name")
    func proposal() throws {
        let lab = try lab()
        try expect(
            lab.networkRefusal(["parent": "lann0"]),
            equals: #"parent=lann0: there is no link "lann0" on this host; did you mean parent=lan0?"#)
    }

    @Test("Endpoints on one NIC cannot share a MAC address, even by two parent names")
    func macAddresses() throws {
        var lab = try lab()
        try lab.createNetwork(.first, ["parent": "eth0"])
        try lab.createNetwork(.second, ["parent": "lan0"])
        try lab.createEndpoint(.web, in: .first, ["192.168.50.10/24"], mac: "02:00:00:00:00:99")
        try lab.join(.web, in: .first)
        lab.host.takeIntoContainer("sva0b1c2d3e4f5")
        try lab.createEndpoint(.mail, in: .second, ["192.168.50.10/24"], mac: "02:00:00:00:00:99")
        let refusal = try lab.refusal { lab throws(DriverError) in try lab.join(.mail, in: .second) }
        #expect(refusal.contains("MAC address 02:00:00:00:00:99 is in use by another link on parent \"eth0\""))
        #expect(refusal.contains("that of endpoint a0b1c2d3e4f5"))
    }

    @Test("A host route is added and removed under either name of its parent")
    func routes() throws {
        var lab = try lab()
        try lab.createNetwork(.first, ["parent": "eth0", "mode": "l3"])
        let subnet: [AddressPool] = [AddressPool(subnet: "10.9.0.0/16")]
        try lab.createNetwork(.second, ["parent": "lan0", "mode": "l3"], pools: subnet)
        #expect(lab.host.routes.count == 5)
        try lab.deleteNetwork(.second)
        #expect(lab.host.routes.count == 4)
        lab.host.removeRoutes(to: "10.50.0.0/16")
        _ = lab.reconcile()
        #expect(lab.host.routes.count == 4)
    }

    /// A host whose first NIC has alternative names.
    private func lab() throws -> DriverFixture {
        try DriverFixture {
            $0.addName("lan0", to: "eth0")
            $0.addName("a-very-long-name-of-the-card", to: "eth0")
        }
    }

    private static func vlan(_ name: InterfaceName, on lower: LinkName) -> NetworkParent {
        .vlan([SubInterface(name: name, tag: 50)], lower: lower)
    }

    /// Reboots the host with its NICs in another order. Alternative names stay with their NICs.
    private func swapAtBoot(_ lab: inout DriverFixture, withAlternativeNames: Bool = true) {
        for link in lab.host.visible where link.owner != nil { lab.host.remove(link.name) }
        for link in lab.host.inContainers { lab.host.removeInContainer(link.name) }
        if !withAlternativeNames { lab.host.removeNames(of: "eth0") }
        swapNames(lab.host)
    }

    private func swapNames(_ host: FakeHost) {
        host.rename("eth0", to: "moved")
        host.rename("eth1", to: "eth0")
        host.rename("moved", to: "eth1")
    }
}
