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
            "nic0" is a macvlan link (bridge), which shares its network card with others, and macvlan passthru shares with \#
            nothing; use mode=bridge
            """#),
        Nesting(
            .macvlan(.passthru), "bridge",
            #"""
            "nic0" is a macvlan link (passthru), and macvlan passthru shares its parent with no other macvlan link; use an \#
            ipvlan mode, such as mode=l2
            """#),
        Nesting(
            .macvlan(.bridge), parent: "nic0.50", "bridge",
            #"""
            "nic0" is a macvlan link (bridge), which receives packets for its own MAC address only, so that macvlan links on \#
            a VLAN of it would receive none; use an ipvlan mode, such as mode=l2
            """#),
        Nesting(
            .ipvlan(.l3, .bridge), "bridge",
            #"""
            "nic0" is an ipvlan link (l3), which receives packets for its own MAC address only, so that the kernel puts no \#
            macvlan links on it; use mode=l3
            """#),
        Nesting(
            .ipvlan(.l2, .bridge), "l3",
            #"""
            "nic0" is an ipvlan link (l2), and ipvlan l3 would change the mode of that and of all others that it shares its \#
            network card with; use ipvlan l2
            """#),
        Nesting(
            .ipvlan(.l2, .bridge), parent: "nic0.50.60", "l2",
            #"""
            "nic0" is an ipvlan link (l2), which carries no VLAN tags; make the VLAN link where "nic0" comes from, and give \#
            this system a link on that instead
            """#),
    ]

    @Test(
        "A network on another system's macvlan or ipvlan link works, or is refused with a remedy", arguments: nestings)
    func created(_ nesting: Nesting) throws {
        var lab = try DriverFixture { $0.add("nic0", kind: nesting.kind) }
        let before = lab.links
        guard let refusal = nesting.refusal else {
            try lab.createNetwork(.first, nesting.options, pools: [AddressPool(subnet: "192.168.50.0/24")])
            try lab.createEndpoint(.web, in: .first, ["192.168.50.5/24"])
            try lab.join()
            return
        }
        try expect(lab.networkRefusal(nesting.options), equals: refusal)
        #expect(lab.links == before)
    }

    @Test("A network on an existing VLAN link is refused for the macvlan link below it")
    func existingVLAN() throws {
        let lab = try DriverFixture { host in
            let own = host.add("mv0", kind: .macvlan(.bridge), on: host.link(named: "eth0")?.index)
            host.add("office", kind: .vlan(60), on: own.index)
        }
        #expect(
            try lab.networkRefusal(["parent": "office"]).hasPrefix(#""mv0" is a macvlan link (bridge), which receives"#)
        )
    }

    @Test("A container's start is refused when its parent has become a link that the network cannot be on")
    func changed() throws {
        var lab = try DriverFixture { $0.add("nic0", kind: .ipvlan(.l2, .bridge)) }
        try lab.createNetwork(.first, ["parent": "nic0", "mode": "l2"])
        try lab.createEndpoint(.web, in: .first, ["192.168.50.5/24"])
        lab.host.remove("nic0")
        lab.host.add("nic0", kind: .ipvlan(.l3, .bridge))
        let words = try lab.refusal { lab throws(DriverError) in try lab.join() }
        #expect(words.hasPrefix(#""nic0" is an ipvlan link (l3), and ipvlan l2 would change"#))
    }
}
