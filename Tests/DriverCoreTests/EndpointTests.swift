import DriverTestKit
import NetworkTypes
import TestSupport
import Testing

@testable import DriverCore

@Suite("Endpoints")
struct EndpointTests {
    @Test("Join creates an endpoint's link with its mode and alias, and DeleteEndpoint removes it")
    func wholeLife() throws {
        var fixture = try DriverFixture()
        let before = fixture.links
        try fixture.createNetwork()
        let mac = try #require(try fixture.createEndpoint(.web, ["192.168.50.10/24"]))
        #expect(fixture.links == before)
        try expect(fixture.join().linkName, equals: "sva0b1c2d3e4f5")
        let link = try fixture.link("sva0b1c2d3e4f5")
        #expect(link.kind == .macvlan(.bridge))
        #expect(link.macAddress == mac)
        #expect(link.owner == .endpoint(.web))
        #expect(link.lowerIndex == (try fixture.link("eth0").index))
        try fixture.deleteEndpoint()
        #expect(fixture.links == before)
        #expect(fixture.counts == (1, 0))
    }

    @Test("A repeated Join returns the existing link")
    func joinAgain() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork()
        try fixture.createEndpoint()
        let first = try fixture.join()
        let links = fixture.host.visible
        try expect(fixture.join(), equals: first)
        #expect(fixture.host.visible == links)
    }

    @Test("A repeated CreateEndpoint returns the same answer and keeps the link")
    func createAgain() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork()
        let mac = try fixture.createEndpoint(.web, ["192.168.50.10/24"])
        try fixture.join()
        try expect(fixture.createEndpoint(.web, ["192.168.50.10/24"]), equals: mac)
        #expect(fixture.links.contains("sva0b1c2d3e4f5"))
    }

    @Test("CreateEndpoint with different settings replaces the endpoint")
    func createAnew() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork()
        try fixture.createEndpoint(.web, ["192.168.50.10/24"])
        try fixture.join()
        try fixture.createEndpoint(.web, ["192.168.50.11/24"])
        #expect(!fixture.links.contains("sva0b1c2d3e4f5"))
        #expect(fixture.driver.registry.endpoints[.web]?.addresses == ["192.168.50.11/24"])
    }

    @Test("A new endpoint replaces a lost one when Docker assigns its address again")
    func superseded() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork()
        try fixture.createNetwork(.second, ["parent": "eth1"])
        try fixture.createEndpoint(.web, ["192.168.50.10/24", "fd00:50::10/64"])
        try fixture.createEndpoint(.dns, in: .second, ["192.168.50.10/24"])
        try fixture.join()
        try fixture.createEndpoint(.mail, ["192.168.50.11/24", "fd00:50::10/64"])
        #expect(Set(fixture.driver.registry.endpoints.keys) == [.mail, .dns])
        #expect(Set(fixture.store.endpoints.keys) == [.mail, .dns])
        #expect(!fixture.links.contains("sva0b1c2d3e4f5"))
    }

    @Test("Deleting an unknown endpoint succeeds and removes its link")
    func deleteUnknown() throws {
        var fixture = try DriverFixture()
        try fixture.deleteEndpoint(.dns)
        try fixture.createNetwork()
        try fixture.createEndpoint()
        let before = fixture.links
        try fixture.join()
        var restarted = try DriverFixture(fixture.host)
        try restarted.deleteEndpoint()
        #expect(restarted.links == before)
    }

    @Test("DeleteEndpoint keeps and reports a link that has an endpoint's name but not its alias")
    func deleteForeign() throws {
        var fixture = try DriverFixture { $0.add("sva0b1c2d3e4f5", kind: .macvlan(.bridge)) }
        try fixture.createNetwork()
        try fixture.createEndpoint()
        try expect(
            fixture.refusal { fixture throws(DriverError) in try fixture.join() },
            equals: #"create link "sva0b1c2d3e4f5": File exists"#)
        try fixture.deleteEndpoint()
        #expect(fixture.links.contains("sva0b1c2d3e4f5"))
        #expect(
            fixture.driver.takeNotices().map(\.description) == [
                """
                link "sva0b1c2d3e4f5" is kept: it has the name of endpoint a0b1c2d3e4f5's link, but not its alias; if \
                no other program uses it, run `ip link delete sva0b1c2d3e4f5`
                """
            ])
    }

    @Test("A passthru network accepts one container at a time")
    func passthru() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, ["parent": "eth0", "mode": "passthru"])
        try fixture.createEndpoint(.web)
        try fixture.join(.web)
        fixture.host.takeIntoContainer("sva0b1c2d3e4f5")
        try fixture.createEndpoint(.mail)
        #expect(
            try fixture.refusal { fixture throws(DriverError) in try fixture.join(.mail) } == """
                network 1f0e9d8c7b6a is macvlan passthru, which takes one container, and the last one known to use it is \
                endpoint a0b1c2d3e4f5; disconnect that one first
                """)
        fixture.bringBack(.web)
        try fixture.deleteEndpoint(.web)
        try fixture.join(.mail)
    }

    @Test("A foreign link that blocks the parent is named in the error")
    func foreignLinkInTheWay() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, ["parent": "eth0"])
        try fixture.createEndpoint()
        fixture.host.add("users", kind: .ipvlan(.l2, .bridge), on: try fixture.link("eth0").index)
        try expect(
            fixture.refusal { fixture throws(DriverError) in try fixture.join() },
            equals: """
                parent=eth0: link "users" is an ipvlan link (l2) on it that belongs to no swiftvlan network, and the \
                kernel does not let macvlan bridge share a parent with it; remove it or use another parent
                """)
    }

    @Test("Unknown networks and endpoints are refused with a hint")
    func unknown() throws {
        var fixture = try DriverFixture()
        let noNetwork = """
            network 1f0e9d8c7b6a is not known to swiftvlan; remove it with `docker network rm` and create it again
            """
        try expect(fixture.refusal { fixture throws(DriverError) in try fixture.createEndpoint() }, equals: noNetwork)
        try expect(fixture.refusal { fixture throws(DriverError) in try fixture.join() }, equals: noNetwork)
        try fixture.createNetwork()
        let noEndpoint = """
            endpoint a0b1c2d3e4f5 of network 1f0e9d8c7b6a is not known to swiftvlan; start the container again
            """
        try expect(fixture.refusal { fixture throws(DriverError) in try fixture.join() }, equals: noEndpoint)
        try fixture.createNetwork(.second, ["parent": "eth1"])
        try fixture.createEndpoint(.web, in: .second)
        try expect(fixture.refusal { fixture throws(DriverError) in try fixture.join() }, equals: noEndpoint)
    }

    @Test("An endpoint address outside the network's subnets is refused")
    func addressOutsideSubnets() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(
            pools: [AddressPool(subnet: "192.168.50.0/24"), AddressPool(subnet: "fd00:50::/64")])
        for address in ["192.168.51.10/24", "fd00:51::10/64"] as [IPPrefix] {
            try expect(
                fixture.refusal { fixture throws(DriverError) in try fixture.createEndpoint(.web, [address]) },
                equals: """
                    address \(address) is in no subnet of the network; its subnets are 192.168.50.0/24, fd00:50::/64
                    """)
        }
    }

    @Test("Join is refused while the parent is missing and works when it returns")
    func parentGone() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, ["parent": "eth1"])
        try fixture.createEndpoint()
        fixture.host.remove("eth1")
        try expect(
            fixture.refusal { fixture throws(DriverError) in try fixture.join() },
            equals: """
                network 1f0e9d8c7b6a cannot be used: its parent link "eth1" is not on this host now; bring the link \
                back and start the container again
                """)
        fixture.host.add("eth1")
        try fixture.join()
    }

    @Test(
        "Join recreates a deleted VLAN link, nested VLAN link or dummy",
        arguments: [
            (["parent": "eth0.50"], "eth0.50"), (["parent": "eth0.100.20"], "eth0.100"), ([:], "sd-1f0e9d8c7b6a"),
        ])
    func parentRecreated(_ options: [String: String], _ deleted: String) throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, options)
        let before = fixture.links
        try fixture.createEndpoint()
        fixture.host.remove(deleted)
        try fixture.join()
        #expect(fixture.links == before.union(["sva0b1c2d3e4f5"]))
    }

    @Test("Join refuses a foreign VLAN link that has the name of ours")
    func parentIsAnother() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, ["parent": "eth0.50"])
        try fixture.createEndpoint()
        fixture.host.remove("eth0.50")
        fixture.host.add("eth0.50", kind: .vlan(51))
        try expect(
            fixture.refusal { fixture throws(DriverError) in try fixture.join() },
            equals: """
                network 1f0e9d8c7b6a cannot be used: link "eth0.50" is no longer VLAN 50 on "eth0"; remove or rename \
                that link, then restart the network's containers
                """)
    }
}
