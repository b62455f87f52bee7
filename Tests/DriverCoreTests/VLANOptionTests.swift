import DriverTestKit
import NetworkTypes
import TestSupport
import Testing

@testable import DriverCore

@Suite("VLAN options and nested VLANs")
struct VLANOptionTests {
    @Test("The option vlan=50 creates and shares the same link as parent=eth0.50")
    func vlan() throws {
        var lab = try DriverFixture()
        try lab.createNetwork(.first, ["parent": "eth0", "vlan": "50"])
        let link = try lab.link("eth0.50")
        #expect(link.kind == .vlan(50))
        #expect(link.lowerIndex == (try lab.link("eth0").index))
        try lab.createNetwork(.second, ["parent": "eth0.50"])
        #expect(lab.driver.registry.networks[.first]?.parent == lab.driver.registry.networks[.second]?.parent)
        try lab.deleteNetwork(.first)
        #expect(lab.links.contains("eth0.50"))
        try lab.deleteNetwork(.second)
        #expect(!lab.links.contains("eth0.50"))
    }

    @Test("The option vlan_name names the VLAN link, which networks with the same options share")
    func name() throws {
        var lab = try DriverFixture()
        let before = lab.links
        let options = ["parent": "eth0", "vlan": "50", "vlan_name": "dmz"]
        try lab.createNetwork(.first, options)
        try lab.createNetwork(.second, options)
        try lab.createNetwork(.third, ["parent": "dmz"])
        #expect(lab.links == before.union(["dmz"]))
        for id in [NetworkID.first, .second, .third] {
            #expect(lab.links.contains("dmz"))
            try lab.deleteNetwork(id)
        }
        #expect(lab.links == before)
    }

    @Test(
        "Two VLAN tags create two links, and the outer one may have its own protocol",
        arguments: ["802.1q", "802.1ad", "802.1AD"])
    func twoTags(_ protocol: String) throws {
        var lab = try DriverFixture()
        let before = lab.links
        let outer: VLANProtocol = `protocol` == "802.1q" ? .dot1Q : .dot1ad
        try lab.createNetwork(.first, ["parent": "eth0.100.20", "vlan_protocol": `protocol`])
        try lab.createNetwork(.second, ["parent": "eth0", "vlan": "100.30", "vlan_protocol": `protocol`])
        #expect(lab.links == before.union(["eth0.100", "eth0.100.20", "eth0.100.30"]))
        let id = try #require(VLANID(100))
        try expect(lab.link("eth0.100").kind, equals: .vlan(VLANTag(id: id, protocol: outer)))
        try expect(lab.link("eth0.100.20").kind, equals: .vlan(20))
        try expect(lab.link("eth0.100.20").lowerIndex, equals: (try lab.link("eth0.100").index))
        try lab.deleteNetwork(.first)
        #expect(lab.links == before.union(["eth0.100", "eth0.100.30"]))
        try lab.deleteNetwork(.second)
        #expect(lab.links == before)
    }

    @Test("A second VLAN tag on an administrator's VLAN link does not change that link")
    func onForeign() throws {
        var lab = try DriverFixture()
        let before = lab.links
        try lab.createNetwork(.first, ["parent": "guests", "vlan": "20"])
        #expect(lab.links == before.union(["guests.20"]))
        try lab.deleteNetwork()
        #expect(lab.links == before)
    }

    @Test("A VLAN link name that is too long is shortened predictably, and the log says why")
    func shortNames() throws {
        var lab = try DriverFixture {
            $0.add("enx001122334455")
            $0.add("enx001122334456")
        }
        let before = lab.links
        try lab.createNetwork(.first, ["parent": "enx001122334455.4094"])
        let created = try #require(lab.links.subtracting(before).first)
        #expect(created.hasPrefix("sl"))
        #expect(created.hasSuffix(".4094"))
        #expect(created.utf8.count == 15)
        #expect(
            lab.driver.takeNotices().map(\.description) == [
                """
                VLAN link "enx001122334455.4094" is called "\(created)", because the kernel allows names of 15 bytes; \
                vlan_name= gives it another name
                """
            ])
        try lab.createNetwork(.second, ["parent": "enx001122334455", "vlan": "4094"])
        #expect(lab.links == before.union([created]))
        #expect(lab.driver.takeNotices() == [])
        try lab.createNetwork(.third, ["parent": "enx001122334456.4094"])
        #expect(lab.links.count == before.count + 2)
    }

    private static let mistakes: [(options: [String: String], message: String)] = [
        (
            ["vlan": "50"],
            "vlan=50: there is no parent that carries the VLAN; name it, as in parent=eth0"
        ),
        (
            ["vlan_name": "dmz"],
            "vlan_name=dmz: there is no parent that carries the VLAN; name it, as in parent=eth0"
        ),
        (
            ["parent": "eth0", "vlan": "4095"],
            """
            vlan=4095: "4095" is not valid here; use a number from 1 to 4094, or two as in 100.50 for a VLAN within a \
            VLAN
            """
        ),
        (
            ["parent": "eth0", "vlan": "1.2.3"],
            """
            vlan=1.2.3: "1.2.3" is not valid here; use a number from 1 to 4094, or two as in 100.50 for a VLAN within a \
            VLAN
            """
        ),
        (
            ["parent": "eth0", "vlan": "50", "vlan_name": "a/b"],
            """
            vlan_name=a/b: "a/b" is not valid here; use a link's name: up to 15 letters, digits and such, no slash or \
            colon
            """
        ),
        (
            ["parent": "eth0.1.2", "vlan": "3"],
            """
            parent=eth0.1.2 vlan=3: these would be more than two VLAN tags; name a link that carries one tag or none
            """
        ),
        (
            ["parent": "eth0", "vlan": "50", "vlan_protocol": "qinq"],
            #"vlan_protocol=qinq: "qinq" is not valid here; use 802.1q or 802.1ad"#
        ),
        (
            ["parent": "eth0", "vlan_name": "dmz"],
            """
            vlan_name=dmz: link "eth0" is there already and keeps its name; leave the option out, or name the VLAN by \
            vlan=
            """
        ),
        (
            ["parent": "eth0", "vlan_protocol": "802.1ad"],
            """
            parent=eth0 vlan_protocol=802.1ad: link "eth0" is no VLAN; name the VLAN by vlan=, or leave vlan_protocol \
            out
            """
        ),
        (
            ["parent": "guests", "vlan": "20", "vlan_protocol": "802.1ad"],
            """
            parent=guests vlan=20 vlan_protocol=802.1ad: link "guests" is VLAN 7 (802.1Q); use that protocol or another \
            link
            """
        ),
        (
            ["parent": "eth0", "vlan": "50", "vlan_name": "br0"],
            """
            parent=eth0 vlan=50 vlan_name=br0: there is a link "br0" already and it is not VLAN 50 (802.1Q) on eth0; \
            choose another name with vlan_name=
            """
        ),
        (
            ["parent": "eth0", "vlan": "7"],
            #"parent=eth0.7: VLAN 7 on eth0 exists already as link "guests"; use parent=guests"#
        ),
    ]

    @Test("Invalid VLAN options are refused with a hint", arguments: mistakes)
    func refusals(_ options: [String: String], _ message: String) throws {
        let lab = try DriverFixture()
        try expect(lab.networkRefusal(options), equals: message)
    }
}
