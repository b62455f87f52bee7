import DriverTestKit
import NetworkTypes
import TestSupport
import Testing

@testable import DriverCore

@Suite("Ports of bridges, bonds and Open vSwitch")
struct PortTests {
    @Test(
        "A VLAN on a port works if the kernel takes its packets before the port's master does",
        arguments: ["eth2", "eth4", "eth6"])
    func vlanOnPort(_ port: String) throws {
        var lab = try DriverFixture(changing: Self.addSwitch)
        try lab.createNetwork(.first, ["parent": "\(port).172"])
        try lab.createNetwork(.second, ["parent": port, "vlan": "100.20"])
        try expect(lab.link("\(port).172").lowerIndex, equals: lab.link(port).index)
        try expect(lab.link("\(port).100.20").lowerIndex, equals: lab.link("\(port).100").index)
        try lab.createEndpoint()
        try lab.join()
        #expect(lab.reconcile() == [])
    }

    @Test("An administrator's VLAN link on a port can be a parent, whatever its name")
    func foreignVLANOnPort() throws {
        for (number, name) in ["eth2.172", "iot"].enumerated() {
            var lab = try DriverFixture {
                $0.add(name, kind: .vlan(172), on: $0.link(named: number == 0 ? "eth2" : "eth3")?.index)
            }
            try lab.createNetwork(.first, ["parent": name])
            #expect(lab.driver.registry.networks[.first]?.parent == .existing(LinkName(stringLiteral: name)))
        }
    }

    private static let refused: [(parent: [String: String], message: String)] = [
        (
            ["parent": "bond1"],
            """
            parent=bond1: bond1 is a port of the bridge "br0", which takes all its packets but those of VLANs on it; \
            use parent=br0, or a VLAN on bond1 as in parent=bond1.50
            """
        ),
        (
            ["parent": "eth7"],
            #"parent=eth7: eth7 is a port of the bond "bond1", which takes all its packets; use parent=br0"#
        ),
        (
            ["parent": "eth7.50"],
            """
            parent=eth7.50: eth7 is a port of the bond "bond1", whose packets take any of its ports, so that a VLAN on \
            one of them would miss some; use parent=bond1.50
            """
        ),
        (
            ["parent": "eth5", "vlan": "50.60"],
            """
            parent=eth5 vlan=50.60: eth5 is a port of the team "team0", whose packets take any of its ports, so that a \
            VLAN on one of them would miss some; use parent=team0.50.60
            """
        ),
        (
            ["parent": "vf0"],
            #"parent=vf0: vf0 is a port of the card "eth1", which takes all its packets; use parent=eth1"#
        ),
        (
            ["parent": "vf0.50"],
            """
            parent=vf0.50: vf0 is a port of the card "eth1", whose packets take any of its ports, so that a VLAN on one \
            of them would miss some; use parent=eth1.50
            """
        ),
        (
            ["parent": "eth6"],
            """
            parent=eth6: eth6 is a port of the openvswitch "ovs-system", which takes all its packets but those of VLANs \
            on it; use the link of its bridge (`ovs-vsctl list-br`), or a VLAN on eth6 as in parent=eth6.50
            """
        ),
        (
            ["parent": "eth0", "vlan": "30"],
            """
            parent=eth0 vlan=30: eth0.30 is a port of the bridge "br0", which takes all its packets but those of VLANs \
            on it; use parent=br0, or a VLAN on eth0.30 as in parent=eth0.30.50
            """
        ),
    ]

    @Test("A port is refused as a parent, and the error says where its packets go", arguments: refused)
    func refusals(_ options: [String: String], _ message: String) throws {
        let lab = try DriverFixture {
            Self.addSwitch($0)
            let br0 = $0.link(named: "br0")?.index
            let bond1 = $0.add("bond1", kind: .other("bond"), master: br0)
            $0.add("eth7", master: bond1.index)
            $0.add("vf0", master: $0.link(named: "eth1")?.index)
            $0.add("eth0.30", kind: .vlan(30), on: $0.link(named: "eth0")?.index, master: br0)
        }
        try expect(lab.networkRefusal(options), equals: message)
        // Proxmox VE sets up hosts like this.
        var copy = lab
        try copy.createNetwork(.second, ["parent": "bond1.172"])
        try copy.createNetwork(.third, ["parent": "eth0.30.172"])
    }

    @Test("Join and reconciliation report a parent that has become a port, until it no longer is one")
    func becamePort() throws {
        var lab = try DriverFixture()
        try lab.createNetwork(.first, ["parent": "eth1"])
        try lab.createNetwork(.second, ["parent": "eth1.50"])
        try lab.createEndpoint()
        lab.host.setMaster("br0", of: "eth1")
        let message = """
            network 1f0e9d8c7b6a cannot be used: its parent "eth1" is now a port of the bridge "br0", which takes all \
            its packets but those of VLANs on it; take it out of there, or create the network again with parent=br0, or \
            a VLAN on eth1 as in parent=eth1.50
            """
        #expect(lab.reconcile() == [message])
        #expect(lab.reconcile() == [])
        #expect(lab.driver.status == "2 networks, 1 blocked")
        try expect(lab.refusal { lab throws(DriverError) in try lab.join() }, equals: message)
        lab.host.setMaster(nil, of: "eth1")
        #expect(lab.reconcile() == ["network 1f0e9d8c7b6a works again"])
        try lab.join()
    }

    /// Adds a port of Open vSwitch.
    private static func addSwitch(_ host: FakeHost) {
        let master = host.add("ovs-system", kind: .other("openvswitch"))
        host.add("eth6", master: master.index)
    }
}

@Suite("Bridges that filter VLANs")
struct BridgeVLANTests {
    private static let untagged = VLANMembership(1...1, isPVID: true, isUntagged: true)

    private static let accepted: [(parent: String, own: [VLANMembership], notices: [String])] = [
        ("br0", [untagged], []),
        ("br0.172", [VLANMembership(100...200)], []),
        ("br0.172.20", [VLANMembership(172...172)], []),
        ("br0.172", [VLANMembership(172...172, isPVID: true)], []),
        ("cameras", [VLANMembership(180...180)], []),
        (
            "br0.300", [VLANMembership(300...300)],
            [
                """
                bridge "br0" filters VLANs and has no port in VLAN 300, so that containers reach nobody outside this \
                host there; run `bridge vlan add dev PORT vid 300` for its port to the LAN
                """
            ]
        ),
        (
            "br0", [VLANMembership(9...9, isPVID: true, isUntagged: true)],
            [
                """
                bridge "br0" filters VLANs and has no port in VLAN 9, so that containers reach nobody outside this host \
                there; run `bridge vlan add dev PORT vid 9 pvid untagged` for its port to the LAN
                """
            ]
        ),
    ]

    @Test(
        "A bridge in the VLAN can be a parent, and a bridge without a port in it causes a notice", arguments: accepted)
    func works(_ parent: String, _ own: [VLANMembership], _ notices: [String]) throws {
        var lab = try DriverFixture { Self.filter($0, own) }
        try lab.createNetwork(.first, ["parent": parent])
        #expect(lab.driver.takeNotices().map(\.description) == notices)
    }

    private static let refused: [(parent: String, own: [VLANMembership], message: String)] = [
        (
            "br0.172", [untagged, VLANMembership(173...4094)],
            """
            parent=br0.172: bridge "br0" filters VLANs and is not in VLAN 172 itself, so that no packet of it gets \
            through; run `bridge vlan add dev br0 vid 172 self` first, and tag the VLAN on its port to the LAN with \
            `bridge vlan add dev PORT vid 172`
            """
        ),
        (
            "cameras", [],
            """
            parent=cameras: bridge "br0" filters VLANs and is not in VLAN 180 itself, so that no packet of it gets \
            through; run `bridge vlan add dev br0 vid 180 self` first, and tag the VLAN on its port to the LAN with \
            `bridge vlan add dev PORT vid 180`
            """
        ),
        (
            "br0.1", [untagged],
            """
            parent=br0.1: bridge "br0" filters VLANs and takes the tag off the packets of VLAN 1 that it receives \
            itself, so that a VLAN link gets none of them; use parent=br0
            """
        ),
        (
            "br0", [VLANMembership(1...1, isUntagged: true), VLANMembership(172...172, isPVID: true)],
            """
            parent=br0: bridge "br0" filters VLANs and drops packets without a tag that it sends itself; name a VLAN of \
            the bridge as in parent=br0.50, or put it into one with `bridge vlan add dev br0 vid 1 self pvid untagged`
            """
        ),
    ]

    @Test("A bridge that would drop the packets is refused with the command that fixes it", arguments: refused)
    func refusals(_ parent: String, _ own: [VLANMembership], _ message: String) throws {
        var lab = try DriverFixture { Self.filter($0, own) }
        try expect(lab.networkRefusal(["parent": parent]), equals: message)
        #expect(lab.host.living.filter { $0.owner != nil } == [])
        // A VLAN on a port does not pass through the bridge.
        try lab.createNetwork(.first, ["parent": "eth2.172"])
    }

    @Test("A bridge with 802.1ad VLANs treats packets with an 802.1Q tag as untagged")
    func otherProtocol() throws {
        var lab = try DriverFixture { Self.filter($0, [Self.untagged, VLANMembership(172...172)], .dot1ad) }
        try lab.createNetwork(.first, ["parent": "br0.5"])
        try lab.createNetwork(.second, ["parent": "br0.172.20", "vlan_protocol": "802.1ad"])
        #expect(
            try lab.networkRefusal(["parent": "br0.173", "vlan_protocol": "802.1ad"]).contains(
                #"bridge "br0" filters VLANs and is not in VLAN 173 itself"#))
        lab.host.filterVLANs(BridgeVLANs(own: [VLANMembership(172...172)]), of: "br0", .dot1ad)
        #expect(try lab.networkRefusal(["parent": "br0.6"]).contains("drops packets without a tag"))
    }

    @Test("A network stays usable, and CreateNetwork can be repeated, after its bridge has lost the VLAN")
    func lostLater() throws {
        var lab = try DriverFixture { Self.filter($0, [VLANMembership(172...172)]) }
        try lab.createNetwork(.first, ["parent": "br0.172"])
        lab.host.filterVLANs(BridgeVLANs(), of: "br0")
        try lab.createNetwork(.first, ["parent": "br0.172"])
        #expect(lab.reconcile() == [])
        try lab.createEndpoint()
        try lab.join()
    }

    /// Lets `br0` filter, with a port that is in some VLANs, and adds an administrator's VLAN link on it.
    private static func filter(_ host: FakeHost, _ own: [VLANMembership], _ protocol: VLANProtocol = .dot1Q) {
        host.filterVLANs(BridgeVLANs(own: own, ports: [untagged, VLANMembership(100...200)]), of: "br0", `protocol`)
        host.add("cameras", kind: .vlan(180), on: host.link(named: "br0")?.index)
    }
}
