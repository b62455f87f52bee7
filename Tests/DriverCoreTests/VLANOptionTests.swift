import DriverTestKit
import NetworkTypes
import TestSupport
import Testing

@testable import DriverCore

@Suite("VLAN options and nested VLANs")
struct VLANOptionTests {
    @Test("The option vlan=50 creates and shares the same link as parent=eth0.50")
    func vlan() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, ["parent": "eth0", "vlan": "50"])
        let link = try fixture.link("eth0.50")
        #expect(link.kind == .vlan(50))
        #expect(link.lowerIndex == (try fixture.link("eth0").index))
        try fixture.createNetwork(.second, ["parent": "eth0.50"])
        #expect(fixture.driver.registry.networks[.first]?.parent == fixture.driver.registry.networks[.second]?.parent)
        try fixture.deleteNetwork(.first)
        #expect(fixture.links.contains("eth0.50"))
        try fixture.deleteNetwork(.second)
        #expect(!fixture.links.contains("eth0.50"))
    }

    @Test("The option vlan_name names the VLAN link, which networks with the same options share")
    func name() throws {
        var fixture = try DriverFixture()
        let before = fixture.links
        let options = ["parent": "eth0", "vlan": "50", "vlan_name": "dmz"]
        try fixture.createNetwork(.first, options)
        try fixture.createNetwork(.second, options)
        try fixture.createNetwork(.third, ["parent": "dmz"])
        #expect(fixture.links == before.union(["dmz"]))
        for id in [NetworkID.first, .second, .third] {
            #expect(fixture.links.contains("dmz"))
            try fixture.deleteNetwork(id)
        }
        #expect(fixture.links == before)
    }

    @Test(
        "Two VLAN tags create two links, and the outer one may have its own protocol",
        arguments: ["802.1q", "802.1ad", "802.1AD"])
    func twoTags(_ protocol: String) throws {
        var fixture = try DriverFixture()
        let before = fixture.links
        let outer: VLANProtocol = `protocol` == "802.1q" ? .dot1Q : .dot1ad
        try fixture.createNetwork(.first, ["parent": "eth0.100.20", "vlan_protocol": `protocol`])
        try fixture.createNetwork(.second, ["parent": "eth0", "vlan": "100.30", "vlan_protocol": `protocol`])
        #expect(fixture.links == before.union(["eth0.100", "eth0.100.20", "eth0.100.30"]))
        let id = try #require(VLANID(100))
        try expect(fixture.link("eth0.100").kind, equals: .vlan(VLANTag(id: id, protocol: outer)))
        try expect(fixture.link("eth0.100.20").kind, equals: .vlan(20))
        try expect(fixture.link("eth0.100.20").lowerIndex, equals: (try fixture.link("eth0.100").index))
        try fixture.deleteNetwork(.first)
        #expect(fixture.links == before.union(["eth0.100", "eth0.100.30"]))
        try fixture.deleteNetwork(.second)
        #expect(fixture.links == before)
    }

    @Test("A second VLAN tag on an administrator's VLAN link does not change that link")
    func onForeign() throws {
        var fixture = try DriverFixture()
        let before = fixture.links
        try fixture.createNetwork(.first, ["parent": "guests", "vlan": "20"])
        #expect(fixture.links == before.union(["guests.20"]))
        try fixture.deleteNetwork()
        #expect(fixture.links == before)
    }

    @Test("A VLAN link name that is too long is shortened predictably, and the log says why")
    func shortNames() throws {
        var fixture = try DriverFixture {
            $0.add("enx001122334455")
            $0.add("enx001122334456")
        }
        let before = fixture.links
        try fixture.createNetwork(.first, ["parent": "enx001122334455.4094"])
        let created = try #require(fixture.links.subtracting(before).first)
        #expect(created.hasPrefix("sl"))
        #expect(created.hasSuffix(".4094"))
        #expect(created.utf8.count == 15)
        #expect(
            fixture.driver.takeNotices().map(\.description) == [
                """
                VLAN link "enx001122334455.4094" is named "\(created)", because the kernel limits names to 15 bytes; \
                choose another name with vlan_name=
                """
            ])
        try fixture.createNetwork(.second, ["parent": "enx001122334455", "vlan": "4094"])
        #expect(fixture.links == before.union([created]))
        #expect(fixture.driver.takeNotices() == [])
        try fixture.createNetwork(.third, ["parent": "enx001122334456.4094"])
        #expect(fixture.links.count == before.count + 2)
    }

    private static let mistakes: [(options: [String: String], message: String)] = [
        (
            ["vlan": "50"],
            "vlan=50: the VLAN needs a parent; name it, as in parent=eth0"
        ),
        (
            ["vlan_name": "dmz"],
            "vlan_name=dmz: the VLAN needs a parent; name it, as in parent=eth0"
        ),
        (
            ["parent": "eth0", "vlan": "4095"],
            """
            vlan=4095: "4095" is not valid here; use a VLAN ID from 1 to 4094, or two such as 100.50 for a VLAN within \
            a VLAN
            """
        ),
        (
            ["parent": "eth0", "vlan": "1.2.3"],
            """
            vlan=1.2.3: "1.2.3" is not valid here; use a VLAN ID from 1 to 4094, or two such as 100.50 for a VLAN \
            within a VLAN
            """
        ),
        (
            ["parent": "eth0", "vlan": "50", "vlan_name": "a/b"],
            """
            vlan_name=a/b: "a/b" is not valid here; use a link name: up to 15 letters, digits or signs, except slash, \
            colon and percent
            """
        ),
        (
            ["parent": "eth0.1.2", "vlan": "3"],
            """
            parent=eth0.1.2 vlan=3: this makes 3 VLAN tags, and swiftvlan supports 2; use a parent with fewer VLANs
            """
        ),
        (
            ["parent": "eth0", "vlan": "50", "vlan_protocol": "qinq"],
            #"vlan_protocol=qinq: "qinq" is not valid here; use 802.1q or 802.1ad"#
        ),
        (
            ["parent": "eth0", "vlan_name": "dmz"],
            """
            vlan_name=dmz: link "eth0" already exists and keeps its name; leave the option out, or name the VLAN with \
            vlan=
            """
        ),
        (
            ["parent": "eth0", "vlan_protocol": "802.1ad"],
            """
            parent=eth0 vlan_protocol=802.1ad: link "eth0" is not a VLAN; name the VLAN with vlan=, or leave \
            vlan_protocol out
            """
        ),
        (
            ["parent": "guests", "vlan": "20", "vlan_protocol": "802.1ad"],
            """
            parent=guests vlan=20 vlan_protocol=802.1ad: link "guests" is VLAN 7 (802.1Q); leave \
            vlan_protocol out or use another link
            """
        ),
        (
            ["parent": "eth0", "vlan": "50", "vlan_name": "br0"],
            """
            parent=eth0 vlan=50 vlan_name=br0: link "br0" already exists and is not VLAN 50 (802.1Q) on "eth0"; choose \
            another name with vlan_name=
            """
        ),
        (
            ["parent": "eth0", "vlan": "7"],
            #"parent=eth0.7: VLAN 7 on "eth0" already exists as link "guests"; use parent=guests"#
        ),
    ]

    @Test("Invalid VLAN options are refused with a hint", arguments: mistakes)
    func refusals(_ options: [String: String], _ message: String) throws {
        let fixture = try DriverFixture()
        try expect(fixture.networkRefusal(options), equals: message)
    }
}
