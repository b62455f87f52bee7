import DriverTestKit
import NetworkTypes
import TestSupport
import Testing

@testable import DriverCore

@Suite("Parents that are macvlan or ipvlan links of another system")
struct NestedParentTests {
    struct Nesting: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let kind: HostLinkKind
        let options: [String: String]
        /// The refusal; nil if the network works.
        let refusal: String?

        init(_ kind: HostLinkKind, parent: String = "nic0", _ mode: String, _ refusal: String? = nil) {
            testDescription = "\(mode) on \(parent), \(kind.noun)"
            self.kind = kind
            options = ["parent": parent, "mode": mode]
            self.refusal = refusal
        }
    }

    private static let nestings = [
        Nesting(.macvlan(.bridge), "bridge"), Nesting(.macvlan(.private), "vepa"), Nesting(.macvlan(nil), "bridge"),
        Nesting(.macvlan(.bridge), "l2"), Nesting(.macvlan(.bridge), "l3s"), Nesting(.macvlan(.passthru), "l2"),
        Nesting(.ipvlan(.l2, .bridge), "l2"), Nesting(.ipvlan(.l3, .bridge), "l3"),
        Nesting(.macvlan(.bridge), parent: "nic0.50", "l2"),
        Nesting(.macvlan(.passthru), parent: "nic0.50", "bridge"),
        Nesting(.macvlan(.bridge), parent: "nic0.50", "passthru"),
        Nesting(
            .macvlan(.bridge), "passthru",
            #"""
            "nic0" is a macvlan link (bridge), which shares its NIC with other links, and macvlan passthru shares \#
            with none; use mode=bridge
            """#),
        Nesting(
            .macvlan(.passthru), "bridge",
            #"""
            "nic0" is a macvlan link (passthru), and macvlan passthru shares its parent with no other macvlan link; \#
            use an ipvlan mode, such as mode=l2
            """#),
        Nesting(
            .macvlan(.bridge), parent: "nic0.50", "bridge",
            #"""
            "nic0" is a macvlan link (bridge), which receives packets for its own MAC address only, so macvlan links \#
            on a VLAN of it would receive none; use an ipvlan mode, such as mode=l2
            """#),
        Nesting(
            .ipvlan(.l3, .bridge), "bridge",
            #"""
            "nic0" is an ipvlan link (l3), which receives packets for its own MAC address only, so the kernel allows \#
            no macvlan links on it; use mode=l3
            """#),
        Nesting(
            .ipvlan(.l2, .bridge), "l3",
            #"""
            "nic0" is an ipvlan link (l2), and ipvlan l3 would change its mode and that of all ipvlan links on the \#
            same NIC; use ipvlan l2
            """#),
        Nesting(
            .ipvlan(.l2, .bridge), parent: "nic0.50.60", "l2",
            #"""
            "nic0" is an ipvlan link (l2), which carries no VLAN tags; create the VLAN link on the system that "nic0" \#
            comes from, and give this system a link on that instead
            """#),
    ]

    @Test(
        "A network on another system's macvlan or ipvlan link works, or is refused with a remedy", arguments: nestings)
    func created(_ nesting: Nesting) throws {
        var fixture = try DriverFixture { $0.add("nic0", kind: nesting.kind) }
        let before = fixture.links
        guard let refusal = nesting.refusal else {
            try fixture.createNetwork(.first, nesting.options, pools: [AddressPool(subnet: "192.168.50.0/24")])
            try fixture.createEndpoint(.web, in: .first, ["192.168.50.5/24"])
            try fixture.join()
            return
        }
        try expect(fixture.networkRefusal(nesting.options), equals: refusal)
        #expect(fixture.links == before)
    }

    @Test("A network on an existing VLAN link is refused for the macvlan link below it")
    func existingVLAN() throws {
        let fixture = try DriverFixture { host in
            let own = host.add("mv0", kind: .macvlan(.bridge), on: host.link(named: "eth0")?.index)
            host.add("office", kind: .vlan(60), on: own.index)
        }
        #expect(
            try fixture.networkRefusal(["parent": "office"]).hasPrefix(
                #""mv0" is a macvlan link (bridge), which receives"#)
        )
    }

    @Test("A container's start is refused when its parent has become a link that the network cannot be on")
    func changed() throws {
        var fixture = try DriverFixture { $0.add("nic0", kind: .ipvlan(.l2, .bridge)) }
        try fixture.createNetwork(.first, ["parent": "nic0", "mode": "l2"])
        try fixture.createEndpoint(.web, in: .first, ["192.168.50.5/24"])
        fixture.host.remove("nic0")
        fixture.host.add("nic0", kind: .ipvlan(.l3, .bridge))
        let words = try fixture.refusal { fixture throws(DriverError) in try fixture.join() }
        #expect(words.hasPrefix(#""nic0" is an ipvlan link (l3), and ipvlan l2 would change"#))
    }
}
