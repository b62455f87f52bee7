import DriverTestKit
import NetworkTypes
import TestSupport
import Testing

@testable import DriverCore

@Suite("Endpoints")
struct EndpointTests {
    @Test("an endpoint's link is made when it joins, with its mode and mark, and removed when it is deleted")
    func wholeLife() throws {
        var lab = try Lab()
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

    @Test("joining again finds the link of the first time")
    func joinAgain() throws {
        var lab = try Lab()
        try lab.createNetwork()
        try lab.createEndpoint()
        let first = try lab.join()
        let links = lab.host.visible
        try expect(lab.join(), equals: first)
        #expect(lab.host.visible == links)
    }

    @Test("creating again answers the same and keeps the link")
    func createAgain() throws {
        var lab = try Lab()
        try lab.createNetwork()
        let mac = try lab.createEndpoint(.web, ["192.168.50.10/24"])
        try lab.join()
        try expect(lab.createEndpoint(.web, ["192.168.50.10/24"]), equals: mac)
        #expect(lab.links.contains("sva0b1c2d3e4f5"))
    }

    @Test("creating again with other settings takes the old one's place")
    func createAnew() throws {
        var lab = try Lab()
        try lab.createNetwork()
        try lab.createEndpoint(.web, ["192.168.50.10/24"])
        try lab.join()
        try lab.createEndpoint(.web, ["192.168.50.11/24"])
        #expect(!lab.links.contains("sva0b1c2d3e4f5"))
        #expect(lab.driver.registry.endpoints[.web]?.addresses == ["192.168.50.11/24"])
    }

    @Test("an endpoint whose address the engine gives out again is gone, although nobody told")
    func superseded() throws {
        var lab = try Lab()
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

    @Test("an endpoint that is not known is deleted without complaint, and its link with it")
    func deleteUnknown() throws {
        var lab = try Lab()
        try lab.deleteEndpoint(.dns)
        try lab.createNetwork()
        try lab.createEndpoint()
        let before = lab.links
        try lab.join()
        var restarted = try Lab(lab.host)
        try restarted.deleteEndpoint()
        #expect(restarted.links == before)
    }

    @Test("a link that only bears an endpoint's name is left alone, and told of")
    func deleteForeign() throws {
        var lab = try Lab { $0.add("sva0b1c2d3e4f5", kind: .macvlan(.bridge)) }
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

    @Test("a passthru network takes one container at a time")
    func passthru() throws {
        var lab = try Lab()
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

    @Test("a foreign link that came in the parent's way is told of")
    func foreignLinkInTheWay() throws {
        var lab = try Lab()
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

    @Test("what is not known is refused in one sentence")
    func unknown() throws {
        var lab = try Lab()
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

    @Test("an address outside of the network's subnets is refused")
    func strayAddress() throws {
        var lab = try Lab()
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

    @Test("an endpoint whose parent has gone cannot join, until that is back")
    func parentGone() throws {
        var lab = try Lab()
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
        "a VLAN link or dummy that somebody has removed is made again for the next endpoint", arguments: [true, false])
    func parentMadeAgain(_ isVLAN: Bool) throws {
        var lab = try Lab()
        try lab.createNetwork(.first, isVLAN ? ["parent": "eth0.50"] : [:])
        let before = lab.links
        try lab.createEndpoint()
        lab.host.remove(isVLAN ? "eth0.50" : "sd-1f0e9d8c7b6a")
        try lab.join()
        #expect(lab.links == before.union(["sva0b1c2d3e4f5"]))
    }

    @Test("no container is put on a link that is another VLAN under the name of ours")
    func parentIsAnother() throws {
        var lab = try Lab()
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
