import DriverTestKit
import NetworkTypes
import TestSupport
import Testing

@testable import DriverCore

/// What a host has on a shim.
private struct Shim: Equatable {
    var sources: Set<MACAddress>?
    var addresses: Set<IPAddress> = []
    /// The destinations with their sources.
    var routes: [IPPrefix: IPAddress?] = [:]
    var neighbors: [IPAddress: MACAddress] = [:]

    init(
        sources: Set<MACAddress>? = nil, addresses: Set<IPAddress> = [], routes: [IPPrefix: IPAddress?] = [:],
        neighbors: [IPAddress: MACAddress] = [:]
    ) {
        (self.sources, self.addresses, self.routes, self.neighbors) = (sources, addresses, routes, neighbors)
    }

    init?(_ name: String, of host: FakeHost) {
        guard let link = host.living.first(where: { $0.name == name }), link.owner == .shim else { return nil }
        sources = host.sources(of: name)
        addresses = Set(host.addresses(of: name))
        for route in host.routes where route.linkIndex == link.index { routes[route.destination] = route.source }
        for neighbor in host.neighbors where neighbor.linkIndex == link.index {
            neighbors[neighbor.address] = neighbor.macAddress
        }
    }
}

@Suite("Host access")
struct HostAccessTests {
    static let access = ["parent": "eth0", "host_access": "on"]
    private static let webMAC: MACAddress = "02:00:5e:00:53:0a"
    private static let mailMAC: MACAddress = "02:00:5e:00:53:0b"
    private static let webAddresses: [IPPrefix] = ["192.168.50.10/24", "fd00:50::10/64"]

    /// A host with addresses of both families on eth0.
    private static func fixture() throws -> DriverFixture {
        try DriverFixture {
            $0.addAddress("192.168.50.2/24", to: "eth0")
            $0.addAddress("fe80::2/64", to: "eth0")
            $0.addAddress("fd00:50::2/64", to: "eth0")
        }
    }

    /// The same, with a joined endpoint in a network with host access.
    private static func joined(_ options: [String: String] = access) throws -> DriverFixture {
        var fixture = try fixture()
        try fixture.createNetwork(.first, options)
        try fixture.createEndpoint(.web, webAddresses, mac: webMAC)
        try fixture.join()
        _ = fixture.driver.takeNotices()
        return fixture
    }

    private static let web = Shim(
        sources: [webMAC], addresses: ["192.168.50.2", "fd00:50::2"],
        routes: ["192.168.50.10/32": "192.168.50.2", "fd00:50::10/128": "fd00:50::2"],
        neighbors: ["192.168.50.10": webMAC, "fd00:50::10": webMAC])

    private static let empty = Shim(sources: [], addresses: ["192.168.50.2", "fd00:50::2"])

    private func shim(_ fixture: DriverFixture, _ name: String = "sh-eth0") -> Shim? { Shim(name, of: fixture.host) }

    // MARK: Calls

    @Test("A macvlan network has a shim with copies of the host's addresses until it is deleted")
    func network() throws {
        var fixture = try Self.fixture()
        let before = fixture.links
        try fixture.createNetwork(.first, Self.access)
        #expect(shim(fixture) == Self.empty)
        #expect(fixture.host.link(named: "sh-eth0")?.generatesAddress == false)
        try fixture.deleteNetwork()
        #expect(fixture.links == before)
        #expect(fixture.host.routes.isEmpty)
    }

    @Test("The filter, a neighbor and a route per address are added at Join and removed at Leave")
    func endpoint() throws {
        var fixture = try Self.joined()
        #expect(shim(fixture) == Self.web)
        fixture.leave()
        #expect(shim(fixture) == Self.empty)
        #expect(fixture.reconcile() == [])
        #expect(shim(fixture) == Self.empty)
        try fixture.join()
        #expect(shim(fixture) == Self.web)
        try fixture.join()
        #expect(shim(fixture) == Self.web)
        try fixture.deleteEndpoint()
        #expect(shim(fixture) == Self.empty)
    }

    @Test("What the kernel refuses to remove at Leave is removed by the next attempt")
    func leaveRefused() throws {
        for step in 1... {
            var fixture = try Self.joined()
            fixture.faults.reset(failingAt: step)
            fixture.leave()
            let hasFailed = fixture.faults.hasFailed
            fixture.faults.reset()
            fixture.driver.retryPendingRemovals()
            #expect(shim(fixture) == Self.empty, "step \(step)")
            guard hasFailed else { break }
        }
    }

    @Test("A Join with host access reads no list of routes or neighbors")
    func cost() throws {
        var steps: [Int] = []
        for count in [1, 100] {
            var fixture = try Self.joined()
            for number in 1...count {
                let id = EndpointID(unchecked: "e\(number)")
                try fixture.createEndpoint(
                    id, ["10.50.1.\(number)/16"].compactMap { IPPrefix($0) })
                try fixture.join(id)
                if number == count { continue }
            }
            try fixture.createEndpoint(.mail, ["192.168.50.11/24"], mac: Self.mailMAC)
            fixture.faults.reset()
            try fixture.join(.mail)
            steps.append(fixture.faults.steps)
        }
        #expect(steps[0] == steps[1])
    }

    @Test("A Join at layer 3 costs no more because another network on the parent has host access")
    func costWithoutAccess() throws {
        var steps: [Int] = []
        for hasAccess in [false, true] {
            var fixture = try Self.fixture()
            if hasAccess {
                try fixture.createNetwork(.second, ["parent": "eth0", "mode": "l3", "host_access": "on"])
            }
            try fixture.createNetwork(.first, ["parent": "eth0", "mode": "l3"])
            try fixture.createEndpoint(.web, Self.webAddresses)
            fixture.faults.reset()
            try fixture.join()
            steps.append(fixture.faults.steps)
        }
        #expect(steps[0] == steps[1])
    }

    @Test("Networks share the shim of a parent, which goes with the last of them")
    func shared() throws {
        var fixture = try Self.joined()
        try fixture.createNetwork(.second, Self.access)
        try fixture.createEndpoint(.mail, in: .second, ["10.50.0.11/16"], mac: Self.mailMAC)
        try fixture.join(.mail, in: .second)
        #expect(fixture.host.living.filter { $0.owner == .shim }.count == 1)
        #expect(shim(fixture)?.sources == [Self.webMAC, Self.mailMAC])
        #expect(shim(fixture)?.routes["10.50.0.11/32"] == "192.168.50.2")
        try fixture.deleteNetwork(.first)
        #expect(shim(fixture)?.sources == [Self.mailMAC])
        #expect(shim(fixture).map { Set($0.routes.keys) } == ["10.50.0.11/32"])
        try fixture.deleteNetwork(.second)
        #expect(shim(fixture) == nil)
    }

    @Test("A network without host access leaves the shim and its filter alone")
    func others() throws {
        var fixture = try Self.joined()
        try fixture.createNetwork(.second, ["parent": "eth0", "mode": "private"])
        try fixture.createEndpoint(.mail, in: .second, ["10.50.0.11/16"])
        try fixture.join(.mail, in: .second)
        #expect(shim(fixture) == Self.web)
    }

    @Test("A reserved address takes the place of the host's own")
    func reserved() throws {
        var fixture = try Self.fixture()
        try fixture.createNetwork(.first, Self.access, hostAddresses: ["192.168.50.99"])
        try fixture.createEndpoint(.web, Self.webAddresses, mac: Self.webMAC)
        try fixture.join()
        var wanted = Self.web
        wanted.addresses = ["192.168.50.99", "fd00:50::2"]
        wanted.routes["192.168.50.10/32"] = "192.168.50.99"
        #expect(shim(fixture) == wanted)
        try expect(
            fixture.refusal { fixture throws(DriverError) in
                try fixture.createEndpoint(.mail, ["192.168.50.99/24"])
            },
            equals: """
                address 192.168.50.99 is reserved for the host, according to --aux-address host=192.168.50.99; choose \
                another with --ip or --ip6
                """)
    }

    @Test("A reserved address is not given to containers of other networks on the parent, and not taken from one")
    func reservedByOther() throws {
        var fixture = try Self.fixture()
        try fixture.createNetwork(.second, ["parent": "eth0"])
        try fixture.createEndpoint(.mail, in: .second, ["192.168.50.98/24"])
        try expect(
            fixture.refusal { fixture throws(DriverError) in
                try fixture.createNetwork(.first, Self.access, hostAddresses: ["192.168.50.98"])
            },
            equals: """
                --aux-address host=192.168.50.98: endpoint \(EndpointID.mail.short) on the same parent has it; reserve one \
                that nobody has
                """)
        try fixture.createNetwork(.first, Self.access, hostAddresses: ["192.168.50.99"])
        try expect(
            fixture.refusal { fixture throws(DriverError) in
                try fixture.createEndpoint(.web, in: .second, ["192.168.50.99/24"])
            },
            equals: """
                address 192.168.50.99 is reserved for the host, according to --aux-address host=192.168.50.99; choose \
                another with --ip or --ip6
                """)
    }

    @Test("While the NIC below a VLAN parent has another name, a container that leaves takes only its own access along")
    func renamedBelow() throws {
        var fixture = try Self.fixture()
        try fixture.createNetwork(
            .first, ["parent": "eth0.50", "host_access": "on"], hostAddresses: ["192.168.50.99", "fd00:50::99"])
        for (id, addresses, mac) in [
            (EndpointID.web, Self.webAddresses, Self.webMAC), (.mail, ["192.168.50.11/24"], Self.mailMAC),
        ] {
            try fixture.createEndpoint(id, addresses, mac: mac)
            try fixture.join(id)
        }
        fixture.host.rename("eth0", to: "wan0")
        fixture.leave()
        let left = Shim(
            sources: [Self.mailMAC], addresses: ["192.168.50.99", "fd00:50::99"],
            routes: ["192.168.50.11/32": "192.168.50.99"], neighbors: ["192.168.50.11": Self.mailMAC])
        #expect(shim(fixture, "sh-eth0.50") == left)
    }

    @Test("An ipvlan l2 network has only reserved addresses on its shim, and no neighbors")
    func ipvlan() throws {
        var fixture = try Self.fixture()
        try fixture.createNetwork(
            .first, ["parent": "eth0", "mode": "l2", "host_access": "on"],
            hostAddresses: ["192.168.50.99", "fd00:50::99"])
        try fixture.createEndpoint(.web, Self.webAddresses)
        try fixture.join()
        let eth0 = try #require(try fixture.link("eth0").macAddress)
        #expect(
            shim(fixture)
                == Shim(
                    sources: [eth0], addresses: ["192.168.50.99", "fd00:50::99"],
                    routes: ["192.168.50.10/32": "192.168.50.99", "fd00:50::10/128": "fd00:50::99"]))
        fixture.leave()
        #expect(shim(fixture)?.routes == [:])
    }

    @Test("A layer 3 network's routes lead over the shim instead of the parent", arguments: ["l3", "l3s"])
    func layer3(_ mode: String) throws {
        var fixture = try Self.fixture()
        try fixture.createNetwork(.first, ["parent": "eth0", "mode": mode, "host_access": "on"])
        let wanted = Shim(
            routes: [
                "192.168.50.0/24": "192.168.50.2", "10.50.0.0/16": "192.168.50.2", "fd00:50::/64": "fd00:50::2",
                "fd00:51::/64": "fd00:50::2",
            ])
        #expect(shim(fixture) == wanted)
        #expect(fixture.host.routes.count == 4)
        #expect(fixture.reconcile() == [])
        try fixture.deleteNetwork()
        #expect(fixture.host.routes.isEmpty)
        #expect(shim(fixture) == nil)
    }

    @Test("Layer 3 routes that another network needs move back to the parent with the last host access")
    func layer3Shared() throws {
        var fixture = try Self.fixture()
        try fixture.createNetwork(.first, ["parent": "eth0", "mode": "l3"])
        try fixture.createNetwork(.second, ["parent": "eth0", "mode": "l3", "host_access": "on"])
        #expect(fixture.host.routes.count == 4)
        #expect(shim(fixture)?.routes.count == 4)
        try fixture.deleteNetwork(.first)
        try fixture.createNetwork(.first, ["parent": "eth0", "mode": "l3"])
        #expect(shim(fixture)?.routes.count == 4)
        try fixture.deleteNetwork(.second)
        let eth0 = try fixture.link("eth0").index
        #expect(fixture.host.routes.count == 4)
        #expect(fixture.host.routes.allSatisfy { $0.linkIndex == eth0 })
        #expect(fixture.reconcile() == [])
    }

    @Test("A shim on a VLAN sub-interface is removed with it")
    func vlan() throws {
        var fixture = try DriverFixture()
        let before = fixture.links
        try fixture.createNetwork(
            .first, ["parent": "eth0.50", "host_access": "on"], hostAddresses: ["192.168.50.99", "fd00:50::99"])
        #expect(shim(fixture, "sh-eth0.50")?.addresses == ["192.168.50.99", "fd00:50::99"])
        fixture.host.remove("eth0.50")
        #expect(fixture.reconcile().count == 2)
        #expect(shim(fixture, "sh-eth0.50")?.addresses == ["192.168.50.99", "fd00:50::99"])
        try fixture.deleteNetwork()
        #expect(fixture.links == before)
    }

    @Test("A network that is replaced by one without host access loses its shim")
    func replaced() throws {
        var fixture = try Self.joined()
        try fixture.createNetwork(.first, ["parent": "eth0", "mode": "l3"])
        #expect(shim(fixture) == nil)
        let eth0 = try fixture.link("eth0").index
        #expect(fixture.host.routes.allSatisfy { $0.linkIndex == eth0 })
        #expect(fixture.host.neighbors.isEmpty)
    }

    @Test("A shim of another kind that no network needs makes way for a new network")
    func stale() throws {
        var fixture = try Self.fixture()
        let eth0 = try fixture.link("eth0").index
        fixture.host.add("sh-eth0", kind: .macvlan(.bridge), on: eth0, owner: .shim)
        try fixture.createNetwork(.first, ["parent": "eth0", "mode": "l3", "host_access": "on"])
        #expect(fixture.host.living.filter { $0.owner == .shim }.map(\.kind) == [.ipvlan(.l3, .bridge)])
    }

    // MARK: Reconciliation

    /// A change of the host by another program.
    struct Damage: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let change: @Sendable (FakeHost) -> Void
    }

    private static let damages = [
        Damage(testDescription: "the shim is deleted") { $0.remove("sh-eth0") },
        Damage(testDescription: "the shim is brought down") { $0.setDown("sh-eth0") },
        Damage(testDescription: "the shim's address is removed") { $0.removeAddress("192.168.50.2/32") },
        Damage(testDescription: "the shim's routes are removed") { $0.removeRoutes(to: "192.168.50.10/32") },
        Damage(testDescription: "the shim's neighbors are removed") { $0.flushNeighbors() },
        Damage(testDescription: "an address is added to the shim") { $0.addAddress("10.9.9.9/32", to: "sh-eth0") },
        Damage(testDescription: "the shim generates IPv6 addresses") { $0.setAddressGeneration(true, of: "sh-eth0") },
    ]

    @Test("What another program changes on a shim is restored, reported and counted", arguments: damages)
    func restored(_ damage: Damage) throws {
        var fixture = try Self.joined()
        damage.change(fixture.host)
        #expect(!fixture.reconcile().isEmpty)
        #expect(fixture.driver.repairs.values.reduce(0, +) > 0)
        #expect(shim(fixture) == Self.web)
        #expect(fixture.host.link(named: "sh-eth0")?.generatesAddress == false)
        #expect(fixture.reconcile() == [])
    }

    @Test("A shim's MTU is requested again after the kernel refused it")
    func refusedMTU() throws {
        var fixture = try Self.joined()
        fixture.host.setMTU(1400, of: "eth0")
        fixture.host.setMTU(1500, of: "eth0")
        fixture.host.refusesMTUs = true
        #expect(fixture.reconcile().count == 1)
        fixture.host.refusesMTUs = false
        #expect(fixture.reconcile() == ["raised the MTU of link \"sh-eth0\" to 1500, like its parent"])
    }

    @Test("The shim follows its parent's MTU")
    func mtu() throws {
        var fixture = try Self.joined()
        fixture.host.setMTU(1400, of: "eth0")
        fixture.host.setMTU(1500, of: "eth0")
        #expect(fixture.reconcile() == ["raised the MTU of link \"sh-eth0\" to 1500, like its parent"])
        #expect(try fixture.link("sh-eth0").mtu == 1500)
    }

    @Test("A restarted driver changes nothing, and adds what a reboot lost")
    func restart() throws {
        let before = try Self.joined()
        var fixture = try DriverFixture(before.host, state: before.store.load())
        #expect(fixture.reconcile() == [])
        #expect(shim(fixture) == Self.web)
        fixture = try DriverFixture(try Self.fixture().host, state: before.store.load())
        #expect(fixture.reconcile().count == 1)
        #expect(shim(fixture) == Self.web)
    }

    @Test("A new address of the host replaces the old one as the routes' source")
    func addressChanges() throws {
        var fixture = try Self.joined()
        fixture.host.addAddress("192.168.50.3/24", to: "eth0")
        fixture.host.removeAddress("192.168.50.2/24")
        #expect(shim(fixture)?.routes["192.168.50.10/32"] == "192.168.50.2")
        #expect(fixture.reconcile().count == 1)
        var wanted = Self.web
        wanted.addresses = ["192.168.50.3", "fd00:50::2"]
        wanted.routes["192.168.50.10/32"] = "192.168.50.3"
        #expect(shim(fixture) == wanted)
        #expect(fixture.reconcile() == [])
    }

    @Test("A family whose address the host lost waits until there is one again, which is reported once")
    func addressLost() throws {
        var fixture = try Self.joined()
        fixture.host.removeAddress("192.168.50.2/24")
        let unserved = """
            the host cannot reach IPv4 addresses of network 1f0e9d8c7b6a for now: the host has no IPv4 address on \
            "eth0"; give it one, or recreate the network with --aux-address host=ADDRESS
            """
        #expect(fixture.reconcile().last == unserved)
        var wanted = Self.web
        wanted.addresses = ["fd00:50::2"]
        wanted.routes = ["fd00:50::10/128": "fd00:50::2"]
        wanted.neighbors["192.168.50.10"] = nil
        #expect(shim(fixture) == wanted)
        #expect(fixture.reconcile() == [])
        fixture.host.addAddress("192.168.50.2/24", to: "eth0")
        #expect(
            fixture.reconcile().last == "the host can reach IPv4 addresses of network 1f0e9d8c7b6a again")
        #expect(shim(fixture) == Self.web)
    }

    @Test("A layer 3 route moves to the parent while the host has no address, and back")
    func layer3AddressLost() throws {
        var fixture = try Self.fixture()
        try fixture.createNetwork(.first, ["parent": "eth0", "mode": "l3", "host_access": "on"])
        let (eth0, over) = (try fixture.link("eth0").index, try fixture.link("sh-eth0").index)
        fixture.host.removeAddress("192.168.50.2/24")
        _ = fixture.reconcile()
        #expect(Set(fixture.host.routes.map(\.linkIndex)) == [eth0, over])
        #expect(fixture.host.routes.count == 4)
        fixture.host.addAddress("192.168.50.2/24", to: "eth0")
        _ = fixture.reconcile()
        #expect(fixture.host.routes.allSatisfy { $0.linkIndex == over })
        #expect(fixture.host.routes.count == 4)
    }

    @Test("Routes through a shim survive that its last IPv4 address goes")
    func lastAddress() throws {
        var fixture = try Self.fixture()
        try fixture.createNetwork(.first, ["parent": "eth0", "mode": "l3", "host_access": "on"])
        try fixture.createNetwork(
            .second, ["parent": "eth0", "mode": "l3", "host_access": "on"],
            pools: [AddressPool(subnet: "10.60.0.0/16")], hostAddresses: ["10.60.0.9"])
        #expect(shim(fixture)?.addresses == ["10.60.0.9"])
        try fixture.deleteNetwork(.second)
        #expect(shim(fixture)?.addresses == [])
        #expect(shim(fixture)?.routes.count == 4)
    }

    @Test("A shim that no network needs is removed without waiting")
    func orphan() throws {
        let before = try Self.joined()
        var fixture = try DriverFixture(before.host)
        #expect(fixture.reconcile().contains("removed orphaned link \"sh-eth0\" (swiftvlan shim)"))
        fixture.host.finishRemovals()
        #expect(shim(fixture) == nil)
        #expect(fixture.host.neighbors.isEmpty)
    }

    @Test("A shim that the kernel refuses leaves the network usable, and is reported once")
    func refused() throws {
        var fixture = try Self.joined()
        fixture.host.remove("sh-eth0")
        fixture.host.shimRefusal = .other
        #expect(
            fixture.reconcile() == [
                "the host cannot reach the containers on \"eth0\" for now: create link \"sh-eth0\": refused"
            ])
        #expect(fixture.reconcile() == [])
        fixture.host.shimRefusal = nil
        _ = fixture.reconcile()
        #expect(shim(fixture) == Self.web)
    }

    @Test("A parent that was deleted and came back gets its shim again")
    func parentReturns() throws {
        var fixture = try Self.joined()
        fixture.host.remove("eth0")
        _ = fixture.reconcile()
        #expect(shim(fixture) == nil)
        fixture.host.add("eth0")
        fixture.host.addAddress("192.168.50.2/24", to: "eth0")
        fixture.host.addAddress("fd00:50::2/64", to: "eth0")
        _ = fixture.reconcile()
        #expect(shim(fixture) == Self.web)
    }

    @Test("The shim of a renamed parent stays, and makes way once another link has the parent's name")
    func parentRenamed() throws {
        var fixture = try Self.joined()
        fixture.host.rename("eth0", to: "wan0")
        for second in [0, 40, 80] { _ = fixture.reconcile(at: second) }
        #expect(shim(fixture) == Self.web)
        fixture.host.add("eth0")
        for second in [120, 160] {
            _ = fixture.reconcile(at: second)
            fixture.host.finishRemovals()
        }
        let shims = fixture.host.living.filter { $0.owner == .shim }
        #expect(shims.map(\.lowerIndex) == [try fixture.link("eth0").index])
        #expect(fixture.host.routes.isEmpty)
    }

    @Test("A second shim on a parent, and one whose mode another program changed, are replaced")
    func misshapen() throws {
        var fixture = try Self.joined()
        let eth0 = try fixture.link("eth0").index
        fixture.host.add("sh-old", kind: .macvlan(.bridge), on: eth0, owner: .shim)
        #expect(fixture.reconcile() == ["removed orphaned link \"sh-old\" (swiftvlan shim)"])
        fixture.host.remove("sh-eth0")
        fixture.host.add("sh-eth0", kind: .macvlan(.private), on: eth0, owner: .shim)
        _ = fixture.reconcile()
        fixture.host.finishRemovals()
        _ = fixture.reconcile()
        #expect(try fixture.link("sh-eth0").kind == .macvlan(.bridge))
        #expect(shim(fixture) == Self.web)
    }

    @Test("While a network's record is unreadable, nothing of a shim is removed")
    func unreadable() throws {
        let before = try Self.joined()
        let state = StoredState(
            networks: [], endpoints: [],
            unreadable: [UnreadableRecord(networkID: .second, message: "record 2 cannot be read")])
        var fixture = try DriverFixture(before.host, state: state)
        for second in [0, 40, 80] { _ = fixture.reconcile(at: second) }
        #expect(shim(fixture) == Self.web)
    }

    @Test("A refused neighbor keeps its route away, and both are added later")
    func refusedNeighbor() throws {
        var fixture = try Self.joined()
        fixture.host.setDown("sh-eth0")
        fixture.host.refusesShimChanges = true
        #expect(!fixture.reconcile().isEmpty)
        #expect(shim(fixture)?.routes == [:])
        #expect(fixture.reconcile() == [])
        fixture.host.refusesShimChanges = false
        _ = fixture.reconcile()
        #expect(shim(fixture) == Self.web)
    }

    @Test("Rounds read nothing more while no network has host access")
    func free() throws {
        var fixture = try Self.fixture()
        try fixture.createNetwork(.first, ["parent": "eth0"])
        _ = fixture.reconcile()
        fixture.faults.reset()
        _ = fixture.reconcile()
        #expect(fixture.faults.steps == 1)
    }

    // MARK: Rules

    @Test(
        "Networks that the host cannot reach are refused with the reason",
        arguments: [
            (
                ["host_access": "on"],
                "a network without a parent is connected to nothing; leave it out or name a parent"
            ),
            (
                ["parent": "eth0", "mode": "private", "host_access": "on"],
                "macvlan private links exchange no packets with other links on their parent; leave it out or choose mode=bridge"
            ),
            (
                ["parent": "eth0", "mode": "passthru", "host_access": "on"],
                """
                a macvlan passthru link has its parent for itself, so the host can have none beside it; leave it out or \
                choose mode=bridge
                """
            ),
            (
                ["parent": "eth0", "mode": "l2", "ipvlan_flag": "private", "host_access": "on"],
                "with ipvlan_flag=private, links exchange no packets with other links on their parent; leave one of them out"
            ),
            (
                ["parent": "eth0", "mode": "l3", "host_routes": "off", "host_access": "on"],
                """
                at layer 3, the host reaches containers by its host routes, which host_routes=off turns off; \
                leave one of them out
                """
            ),
            (
                ["parent": "eth0", "mode": "l2", "host_access": "on"],
                """
                the host needs an IPv4 address of its own beside ipvlan l2 links; reserve an unused address of the subnet \
                for it with --aux-address host=ADDRESS
                """
            ),
            (
                ["parent": "eth1", "host_access": "on"],
                """
                the host has no IPv4 address on "eth1"; reserve an unused address of the subnet for it with --aux-address \
                host=ADDRESS
                """
            ),
        ])
    func refusal(_ options: [String: String], _ why: String) throws {
        let fixture = try Self.fixture()
        try expect(fixture.networkRefusal(options), equals: "host_access=on: \(why)")
    }

    @Test("Host access of an internal network is refused")
    func isInternal() throws {
        let fixture = try Self.fixture()
        try expect(
            fixture.refusal { fixture throws(DriverError) in
                try fixture.createNetwork(.first, Self.access, isInternal: true)
            }, equals: "host_access=on: an --internal network has no way to the host; leave one of them out")
    }

    @Test(
        "A reserved address that cannot be the host's is refused",
        arguments: [
            (
                "10.99.0.1" as IPAddress,
                """
                it is in no subnet of the network; use one in 192.168.50.0/24, 10.50.0.0/16, fd00:50::/64, fd00:51::/64
                """
            ),
            ("192.168.50.1", "it is the router's; reserve another"),
            (
                "192.168.50.2",
                """
                it is the host's own on "eth0", and the host would lose its LAN if an ipvlan link beside the containers had \
                it too; reserve one that nobody has
                """
            ),
        ])
    func reservedAddress(_ address: IPAddress, _ why: String) throws {
        let fixture = try Self.fixture()
        try expect(
            fixture.refusal { fixture throws(DriverError) in
                try fixture.createNetwork(
                    .first, ["parent": "eth0", "mode": "l2", "host_access": "on"], hostAddresses: [address])
            }, equals: "--aux-address host=\(address): \(why)")
    }

    @Test("Endpoints beyond the capacity of the shim's filter are refused")
    func tooMany() throws {
        var fixture = try Self.joined()
        let network = try #require(fixture.driver.registry.networks[.first])
        let endpoints = (0..<HostLimits.shimSources).map { number in
            Endpoint(
                id: EndpointID(unchecked: "e\(number)"), networkID: .first, addresses: [],
                macAddress: MACAddress(bits: 0x0200_0000_0000 + UInt64(number)))
        }
        fixture = try DriverFixture(fixture.host, state: StoredState(networks: [network], endpoints: endpoints))
        try expect(
            fixture.refusal { fixture throws(DriverError) in try fixture.createEndpoint(.mail) },
            equals: """
                the networks with host_access=on on parent "eth0" have 1300 containers, which is as many as the kernel's \
                filter can name; put the container on a network without host access, or on another parent
                """)
    }

    @Test("A family without an address of the host is left out, with the option to add")
    func unserved() throws {
        var fixture = try DriverFixture { $0.addAddress("192.168.50.2/24", to: "eth0") }
        try fixture.createNetwork(.first, Self.access)
        let notices = fixture.driver.takeNotices().map(\.description)
        #expect(
            notices.first == """
                the host cannot reach IPv6 addresses of network 1f0e9d8c7b6a for now: the host has no IPv6 address on \
                "eth0"; give it one, or recreate the network with --aux-address host6=ADDRESS
                """)
        #expect(shim(fixture)?.addresses == ["192.168.50.2"])
        #expect(fixture.reconcile() == [])
    }

    @Test("An IPv6 address that is not preferred, such as a tentative one, is no source of the host's packets")
    func notPreferred() throws {
        var fixture = try DriverFixture {
            $0.addAddress("192.168.50.2/24", to: "eth0")
            $0.addAddress("fd00:50::2/64", to: "eth0", isPreferred: false)
            $0.addAddress("fd00:50::3/64", to: "eth0")
        }
        try fixture.createNetwork(.first, Self.access)
        #expect(shim(fixture)?.addresses == ["192.168.50.2", "fd00:50::3"])
    }

    @Test("A layer 3 network with host access is refused if the host has another route to its subnet")
    func foreignRoute() throws {
        let fixture = try Self.fixture()
        fixture.host.addForeignRoute(to: "192.168.50.0/24", over: "eth0")
        try expect(
            fixture.networkRefusal(["parent": "eth0", "mode": "l3", "host_access": "on"]),
            equals: """
                the host already has a route to 192.168.50.0/24 (dev eth0); remove it, choose another subnet, or create \
                this network without host access (host_access=off)
                """)
    }
}
