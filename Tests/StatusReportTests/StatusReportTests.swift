import ControlAPI
import DriverCore
import DriverTestKit
import NetworkTypes
import StatusReport
import Testing

@Suite("The status report")
struct StatusReportTests {
    @Test("A network is described with its kind, parent, subnets and endpoints")
    func network() throws {
        let reported = try Reported()
        try reported.create(["parent": "eth0.50", "mode": "private"], pools: .lan)
        try reported.join(.web, ["192.168.50.20/24", "fd00:50::20/64"])
        try reported.join(.mail, ["192.168.50.3/24"])
        let network = try #require(try reported.document.networks.first)
        #expect(network.id == NetworkID.first.text)
        let words = [network.kind, network.mode, network.parent, network.lowestLink]
        #expect(words == ["macvlan", "private", "eth0.50", "eth0"])
        #expect(network.vlans == [50])
        #expect(network.subnets.map(\.subnet) == ["192.168.50.0/24", "10.50.0.0/16", "fd00:50::/64", "fd00:51::/64"])
        #expect(network.subnets.first?.gateway == "192.168.50.1")
        // Sorted by the number of the address, not by its text.
        #expect(network.endpoints.map(\.addresses) == [["192.168.50.3/24"], ["192.168.50.20/24", "fd00:50::20/64"]])
        #expect(network.endpoints.allSatisfy { $0.hasJoined && $0.macAddress != nil })
        #expect(network.state == NetworkStateDocument(.ok))
    }

    @Test("The flag of an ipvlan network is reported, and endpoints have no MAC address of their own")
    func ipvlan() throws {
        let reported = try Reported()
        try reported.create(["parent": "eth1", "ipvlan_mode": "l2", "ipvlan_flag": "vepa"])
        try reported.join(.web, ["192.168.50.3/24"])
        let network = try #require(try reported.document.networks.first)
        #expect([network.kind, network.mode, network.flag] == ["ipvlan", "l2", "vepa"])
        #expect(network.endpoints.map(\.macAddress) == [nil])
    }

    @Test("The parents of networks and the links below them are listed once, with their properties")
    func links() throws {
        let reported = try Reported()
        try reported.create(["parent": "eth0.50"], as: .first)
        try reported.create(["parent": "eth0.60"], as: .second, pools: [lan(1)])
        try reported.create(["parent": "guests"], as: .third, pools: [lan(2)])
        reported.host.withoutCarrier = ["eth0.60"]
        let document = try reported.document
        #expect(document.links.map(\.name) == ["eth0", "eth0.50", "eth0.60", "guests"])
        let nic = try #require(document.link("eth0"))
        #expect(nic.role == .host && nic.kind == nil && nic.hasCarrier && nic.mtu == 1500 && nic.macAddress != nil)
        let vlan = try #require(document.link("eth0.50"))
        #expect(vlan.role == .vlan && vlan.kind == "vlan" && vlan.vlan == 50 && vlan.lower == "eth0")
        #expect(document.link("eth0.60")?.hasCarrier == false)
        // A VLAN link that the administrator created.
        let guests = try #require(document.link("guests"))
        #expect(guests.role == .host && guests.vlan == 7 && guests.lower == "eth0")
    }

    @Test("Links without a network are not listed")
    func otherLinks() throws {
        let reported = try Reported()
        try reported.create(["parent": "eth1"])
        #expect(try reported.document.links.map(\.name) == ["eth1"])
    }

    @Test("The ports of a bond are listed with it, those of a bridge are not")
    func ports() throws {
        let reported = try Reported()
        try reported.create(["parent": "bond0"], as: .first)
        try reported.create(["parent": "br0"], as: .second, pools: [lan(1)])
        let document = try reported.document
        #expect(document.links.map(\.name) == ["bond0", "br0", "eth3"])
        #expect(document.link("eth3")?.master == "bond0")
    }

    @Test("The peer of a veth, which the kernel names like a lower link, is not a link below it")
    func peer() throws {
        let host = FakeHost.usual()
        let far = host.add("far", kind: .other("veth"))
        host.add("near", kind: .other("veth"), on: far.index)
        let reported = try Reported(host)
        try reported.create(["parent": "near"])
        let document = try reported.document
        #expect(document.links.map(\.name) == ["near"])
        #expect(document.links.map(\.lower) == [nil])
    }

    @Test("A network whose lowest link is missing waits, and its links are listed as missing")
    func missing() throws {
        let reported = try Reported()
        try reported.create(["parent": "eth0.50"])
        reported.host.remove("eth0")
        let document = try reported.document
        #expect(document.networks.map(\.state) == [NetworkStateDocument(.waiting, link: "eth0")])
        #expect(document.networks.map(\.state.description) == ["waiting for eth0"])
        let links = ["eth0", "eth0.50"].map { document.link($0) }
        #expect(links.map { $0?.exists } == [false, false])
        #expect(links.map { $0?.hasCarrier } == [false, false])
        #expect(links[1]?.role == .vlan && links[1]?.vlan == 50 && links[1]?.lower == "eth0")
        #expect(document.summary == "1 network, 1 waiting for eth0")
    }

    @Test("A network whose parent became a bond's port is blocked, with the reason")
    func blocked() throws {
        let reported = try Reported()
        try reported.create(["parent": "eth1"])
        reported.host.makePort("eth1", of: "bond0")
        let state = try #require(try reported.document.networks.first?.state)
        #expect(state.name == .blocked)
        #expect(state.reason?.contains("bond0") == true, "\(state)")
    }

    @Test("A renamed parent is reported under its present name, and is the same link for all networks")
    func renamed() throws {
        let reported = try Reported()
        try reported.create(["parent": "eth0.50"], as: .first)
        reported.host.addName("eth0", to: "eth0")
        reported.host.rename("eth0", to: "lan0")
        let document = try reported.document
        #expect(document.networks.map(\.lowestLink) == ["lan0"])
        #expect(document.link("eth0.50")?.lower == "lan0")
        #expect(document.networks.map(\.state.name) == [.ok])
    }

    @Test("An isolated network has a dummy link and no lowest link")
    func isolated() throws {
        let reported = try Reported()
        try reported.create([:], isInternal: true)
        let document = try reported.document
        #expect(document.networks.map(\.lowestLink) == [nil])
        #expect(document.networks.map(\.isInternal) == [true])
        #expect(document.links.map(\.role) == [.isolated])
        #expect(document.links.map(\.name) == document.networks.map(\.parent))
    }

    @Test("Host access is reported with the shim, its addresses, and the routes to this network's containers")
    func hostAccess() throws {
        let reported = try Reported()
        try reported.create(["parent": "eth0", "host_access": "on"], as: .first, hostAddresses: ["192.168.50.2"])
        try reported.create(
            ["parent": "eth0", "host_access": "on"], as: .second, pools: [lan(1)], hostAddresses: ["10.50.0.2"])
        try reported.join(.web, ["192.168.50.10/24"])
        try reported.join(.mail, ["10.50.0.10/16"], in: .second)
        let document = try reported.document
        let access = try #require(document.networks.first { $0.id == NetworkID.first.text }?.hostAccess)
        #expect(access.addresses == ["192.168.50.2"])
        #expect(access.shim == "sh-eth0")
        #expect(
            access.routes == [
                HostRouteDocument(destination: "192.168.50.10/32", link: "sh-eth0", source: "192.168.50.2")
            ])
        let shim = try #require(document.link("sh-eth0"))
        #expect(shim.role == .shim && shim.lower == "eth0")
        #expect(shim.addresses == ["10.50.0.2", "192.168.50.2"])
    }

    @Test("The host's routes of a layer 3 network are listed, also a missing one")
    func hostRoutes() throws {
        let reported = try Reported()
        try reported.create(["parent": "eth0", "ipvlan_mode": "l3"], pools: [lan(0), lan(1)])
        reported.host.setDown("eth0")
        #expect(
            try reported.document.networks.first?.hostRoutes == [
                HostRouteDocument(destination: "192.168.50.0/24"), HostRouteDocument(destination: "10.50.0.0/16"),
            ])
        reported.host.setUp("eth0")
        #expect(try reported.document.networks.first?.hostRoutes.map(\.link) == ["eth0", "eth0"])
    }

    @Test("The host's routes to endpoints are listed by address")
    func endpointRoutes() throws {
        let reported = try Reported()
        let options = ["parent": "eth0", "ipvlan_mode": "l3", "host_routes": "endpoints"]
        try reported.create(options, pools: [lan(0), lan(1)])
        try reported.join(.web, ["192.168.50.20/24"])
        try reported.join(.mail, ["192.168.50.3/24"])
        #expect(
            try reported.document.networks.first?.hostRoutes == [
                HostRouteDocument(destination: "192.168.50.3/32", link: "eth0"),
                HostRouteDocument(destination: "192.168.50.20/32", link: "eth0"),
            ])
    }

    @Test("Networks in two VRFs and outside them have their own routes to the same subnet")
    func routesInVRFs() throws {
        let reported = try Reported()
        let blue = reported.host.add("blue", kind: .vrf(RoutingTable(20)))
        reported.host.add("eth6", master: blue.index)
        let parents: [(NetworkID, String)] = [(.first, "eth0"), (.second, "eth4"), (.third, "eth6")]
        for (id, parent) in parents { try reported.create(["parent": parent, "mode": "l3"], as: id, pools: [lan(0)]) }
        func routes() throws -> [HostRouteDocument] { try reported.document.networks.flatMap(\.hostRoutes) }
        let subnet = "192.168.50.0/24"
        #expect(
            try routes() == [
                HostRouteDocument(destination: subnet, link: "eth0"),
                HostRouteDocument(destination: subnet, link: "eth4", table: 10, vrf: "red"),
                HostRouteDocument(destination: subnet, link: "eth6", table: 20, vrf: "blue"),
            ])
        reported.host.setDown("eth4")
        #expect(try routes()[1] == HostRouteDocument(destination: subnet, table: 10, vrf: "red"))
    }

    @Test("Conflicts of addresses are reported with their endpoint")
    func conflicts() throws {
        let conflict = AddressConflict("192.168.50.10", at: "02:00:00:00:00:aa")
        let endpoint = Endpoint(
            id: .web, networkID: .first, addresses: ["192.168.50.10/24"], macAddress: nil, conflicts: [conflict])
        let network = Network(
            id: .first, attachment: .macvlan(.bridge), parent: .existing("eth0"), isInternal: false, pools: [lan(0)])
        let snapshot = DriverSnapshot(networks: [.first: network], endpoints: [.web: endpoint])
        let document = StatusReport(snapshot, HostObservation()).document
        #expect(
            document.networks.first?.endpoints.first?.conflicts == [
                ConflictDocument(address: "192.168.50.10", macAddress: "02:00:00:00:00:aa")
            ])
    }

    @Test("Records that cannot be read are reported, each with its reason")
    func unreadable() throws {
        let store = MemoryStore(
            StoredState(unreadable: [
                UnreadableRecord(networkID: .first, message: "it is damaged"),
                UnreadableRecord(networkID: nil, message: "an endpoint's record is damaged"),
            ]))
        let document = try Reported(.usual(), store).document
        #expect(
            document.unreadable == [
                "network \(NetworkID.first.short) cannot be used: it is damaged", "an endpoint's record is damaged",
            ])
        #expect(document.summary == "0 networks, 1 unreadable")
    }

    @Test("Networks are sorted by parent and identifier")
    func order() throws {
        let reported = try Reported()
        try reported.create(["parent": "eth0"], as: .second, pools: [lan(0)])
        try reported.create(["parent": "eth0"], as: .third, pools: [lan(1)])
        try reported.create(["parent": "eth1"], as: .first, pools: [lan(2)])
        let ids = try reported.document.networks.map(\.id)
        #expect(ids == [NetworkID.second, .third, .first].map(\.text))
    }

    @Test("Records and kernel give the same document as the driver, and reading them changes nothing")
    func withoutDaemon() throws {
        let reported = try Reported()
        try reported.create(["parent": "eth0.50", "host_access": "on"], as: .first, hostAddresses: ["192.168.50.2"])
        try reported.create(["parent": "eth1", "ipvlan_mode": "l3"], as: .second, pools: [lan(1)])
        try reported.create(["parent": "lan.1"], as: .third, pools: [lan(2)])
        try reported.join(.web, ["192.168.50.10/24"])
        reported.host.remove("lan.1")
        reported.host.makePort("eth1", of: "bond0")
        let document = try reported.document
        #expect(Set(document.networks.map(\.state.name)) == [.ok, .waiting, .blocked])
        let links = reported.host.visible
        #expect(try reported.documentWithoutDaemon == document)
        #expect(reported.host.visible == links)
    }
}
