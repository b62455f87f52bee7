import DriverTestKit
import NetworkTypes
import TestSupport
import Testing

@testable import DriverCore

@Suite("Endpoints")
struct EndpointTests {
    @Test("Join creates an endpoint's link with its mode and alias, and DeleteEndpoint removes it")
    func wholeLife() throws {
        var lab = try DriverFixture()
        let before = lab.links
        try lab.createNetwork()
        let mac = try #require(try lab.createEndpoint(.web, ["192.168.50.10/24"]))
        #expect(lab.links == before)
        try expect(lab.join().linkName, equals: "sva0b1c2d3e4f5")
        let link = try lab.link("sva0b1c2d3e4f5")
        #expect(link.kind == .macvlan(.bridge))
        #expect(link.macAddress == mac)
        #expect(link.owner == .endpoint(.web))
        #expect(link.lowerIndex == (try lab.link("eth0").index))
        try lab.deleteEndpoint()
        #expect(lab.links == before)
        #expect(lab.counts == (1, 0))
    }

    @Test("A repeated Join returns the existing link")
    func joinAgain() throws {
        var lab = try DriverFixture()
        try lab.createNetwork()
        try lab.createEndpoint()
        let first = try lab.join()
        let links = lab.host.visible
        try expect(lab.join(), equals: first)
        #expect(lab.host.visible == links)
    }

    @Test("A repeated CreateEndpoint returns the same answer and keeps the link")
    func createAgain() throws {
        var lab = try DriverFixture()
        try lab.createNetwork()
        let mac = try lab.createEndpoint(.web, ["192.168.50.10/24"])
        try lab.join()
        try expect(lab.createEndpoint(.web, ["192.168.50.10/24"]), equals: mac)
        #expect(lab.links.contains("sva0b1c2d3e4f5"))
    }

    @Test("CreateEndpoint with different settings replaces the endpoint")
    func createAnew() throws {
        var lab = try DriverFixture()
        try lab.createNetwork()
        try lab.createEndpoint(.web, ["192.168.50.10/24"])
        try lab.join()
        try lab.createEndpoint(.web, ["192.168.50.11/24"])
        #expect(!lab.links.contains("sva0b1c2d3e4f5"))
        #expect(lab.driver.registry.endpoints[.web]?.addresses == ["192.168.50.11/24"])
    }

    @Test("A new endpoint replaces a lost one when Docker assigns its address again")
    func superseded() throws {
        var lab = try DriverFixture()
        try lab.createNetwork()
        try lab.createNetwork(.second, ["parent": "eth1"])
        try lab.createEndpoint(.web, ["192.168.50.10/24", "fd00:50::10/64"])
        try lab.createEndpoint(.dns, in: .second, ["192.168.50.10/24"])
        try lab.join()
        try lab.createEndpoint(.mail, ["192.168.50.11/24", "fd00:50::10/64"])
        #expect(Set(lab.driver.registry.endpoints.keys) == [.mail, .dns])
        #expect(Set(lab.store.endpoints.keys) == [.mail, .dns])
        #expect(!lab.links.contains("sva0b1c2d3e4f5"))
    }

    @Test("Deleting an unknown endpoint succeeds and removes its link")
    func deleteUnknown() throws {
        var lab = try DriverFixture()
        try lab.deleteEndpoint(.dns)
        try lab.createNetwork()
        try lab.createEndpoint()
        let before = lab.links
        try lab.join()
        var restarted = try DriverFixture(lab.host)
        try restarted.deleteEndpoint()
        #expect(restarted.links == before)
    }

    @Test("DeleteEndpoint keeps and reports a link that has an endpoint's name but not its alias")
    func deleteForeign() throws {
        var lab = try DriverFixture { $0.add("sva0b1c2d3e4f5", kind: .macvlan(.bridge)) }
        try lab.createNetwork()
        try lab.createEndpoint()
        try expect(
            lab.refusal { lab throws(DriverError) in try lab.join() },
            equals: #"create link "sva0b1c2d3e4f5": File exists"#)
        try lab.deleteEndpoint()
        #expect(lab.links.contains("sva0b1c2d3e4f5"))
        #expect(
            lab.driver.takeNotices().map(\.description) == [
                """
                link "sva0b1c2d3e4f5" stays on the host, because its alias is not that of endpoint a0b1c2d3e4f5, which \
                had a link of this name; unless somebody else needs it, remove it: ip link delete sva0b1c2d3e4f5
                """
            ])
    }

    @Test("A passthru network accepts one container at a time")
    func passthru() throws {
        var lab = try DriverFixture()
        try lab.createNetwork(.first, ["parent": "eth0", "mode": "passthru"])
        try lab.createEndpoint(.web)
        try lab.join(.web)
        lab.host.takeIntoContainer("sva0b1c2d3e4f5")
        try lab.createEndpoint(.mail)
        #expect(
            try lab.refusal { lab throws(DriverError) in try lab.join(.mail) }.hasSuffix(
                """
                : network 1f0e9d8c7b6a is macvlan passthru, which takes one container, and the last known in it is \
                endpoint a0b1c2d3e4f5; disconnect that one first
                """))
        lab.bringBack(.web)
        try lab.deleteEndpoint(.web)
        try lab.join(.mail)
    }

    @Test("A foreign link that blocks the parent is named in the error")
    func foreignLinkInTheWay() throws {
        var lab = try DriverFixture()
        try lab.createNetwork(.first, ["parent": "eth0"])
        try lab.createEndpoint()
        lab.host.add("users", kind: .ipvlan(.l2, .bridge), on: try lab.link("eth0").index)
        try expect(
            lab.refusal { lab throws(DriverError) in try lab.join() },
            equals: """
                parent=eth0: link "users" is an ipvlan link (l2) on it that no network of swiftvlan's has, and the \
                kernel does not let macvlan bridge share a parent with that; remove it or use another parent
                """)
    }

    @Test("Unknown networks and endpoints are refused with a hint")
    func unknown() throws {
        var lab = try DriverFixture()
        let noNetwork = """
            network 1f0e9d8c7b6a is not known to swiftvlan; remove it with `docker network rm` and create it again
            """
        try expect(lab.refusal { lab throws(DriverError) in try lab.createEndpoint() }, equals: noNetwork)
        try expect(lab.refusal { lab throws(DriverError) in try lab.join() }, equals: noNetwork)
        try lab.createNetwork()
        let noEndpoint = """
            endpoint a0b1c2d3e4f5 of network 1f0e9d8c7b6a is not known to swiftvlan; start the container again
            """
        try expect(lab.refusal { lab throws(DriverError) in try lab.join() }, equals: noEndpoint)
        try lab.createNetwork(.second, ["parent": "eth1"])
        try lab.createEndpoint(.web, in: .second)
        try expect(lab.refusal { lab throws(DriverError) in try lab.join() }, equals: noEndpoint)
    }

    @Test("An endpoint address outside the network's subnets is refused")
    func addressOutsideSubnets() throws {
        var lab = try DriverFixture()
        try lab.createNetwork(
            pools: [AddressPool(subnet: "192.168.50.0/24"), AddressPool(subnet: "fd00:50::/64")])
        for address in ["192.168.51.10/24", "fd00:51::10/64"] as [IPPrefix] {
            try expect(
                lab.refusal { lab throws(DriverError) in try lab.createEndpoint(.web, [address]) },
                equals: """
                    address \(address) is in no subnet of the network; its subnets are 192.168.50.0/24, fd00:50::/64
                    """)
        }
    }

    @Test("Join is refused while the parent is missing and works when it returns")
    func parentGone() throws {
        var lab = try DriverFixture()
        try lab.createNetwork(.first, ["parent": "eth1"])
        try lab.createEndpoint()
        lab.host.remove("eth1")
        try expect(
            lab.refusal { lab throws(DriverError) in try lab.join() },
            equals: """
                network 1f0e9d8c7b6a cannot be used: its parent link "eth1" is not on this host now; bring the link \
                back and start the container again
                """)
        lab.host.add("eth1")
        try lab.join()
    }

    @Test(
        "Join recreates a deleted VLAN link, nested VLAN link or dummy",
        arguments: [
            (["parent": "eth0.50"], "eth0.50"), (["parent": "eth0.100.20"], "eth0.100"), ([:], "sd-1f0e9d8c7b6a"),
        ])
    func parentRecreated(_ options: [String: String], _ deleted: String) throws {
        var lab = try DriverFixture()
        try lab.createNetwork(.first, options)
        let before = lab.links
        try lab.createEndpoint()
        lab.host.remove(deleted)
        try lab.join()
        #expect(lab.links == before.union(["sva0b1c2d3e4f5"]))
    }

    @Test("Join refuses a foreign VLAN link that has the name of ours")
    func parentIsAnother() throws {
        var lab = try DriverFixture()
        try lab.createNetwork(.first, ["parent": "eth0.50"])
        try lab.createEndpoint()
        lab.host.remove("eth0.50")
        lab.host.add("eth0.50", kind: .vlan(51))
        try expect(
            lab.refusal { lab throws(DriverError) in try lab.join() },
            equals: """
                network 1f0e9d8c7b6a cannot be used: link "eth0.50" is not VLAN 50 on eth0 any more; remove or rename that \
                link and start the container again
                """)
    }
}
