import DriverCore
import DriverTestKit
import KernelTestKit
import NetworkTypes
import RouteNetlink
import TestSupport
import Testing

@testable import KernelHostNetwork

@Suite("Links of this program's that somebody has changed", .needsNetworkNamespaces, .needs(.veth), .needs(.vlan))
struct ChangingTests {
    private static func plan(on parent: HostLink) -> HostLinkPlan {
        HostLinkPlan(name: "p0.50", kind: .vlan(50, lower: parent), owner: .vlan)
    }

    @Test("a VLAN that was set down is set up")
    func vlan() async throws {
        try await withNetworkNamespace {
            let host = try Host()
            let made = try host.kernel.create(Self.plan(on: host.parent))
            try host.set(made, up: false)
            try host.kernel.setUp(made)
            #expect(try host.existing("p0.50").isUp)
            try host.kernel.setUp(made)
        }
    }

    @Test("a dummy that was set down is set up", .needs(.dummy))
    func dummy() async throws {
        try await withNetworkNamespace {
            let host = try Host()
            let made = try host.kernel.create(
                HostLinkPlan(name: "sd-0", kind: .dummy, owner: .isolatedParent(.first)))
            try host.set(made, up: false)
            try host.kernel.setUp(made)
            #expect(try host.existing("sd-0").isUp)
        }
    }

    @Test("a VLAN whose lower link is down is set up by the kernel together with that")
    func lowerIsDown() async throws {
        try await withNetworkNamespace {
            let host = try Host()
            let made = try host.kernel.create(Self.plan(on: host.parent))
            try host.set(host.parent, up: false)
            #expect(try !host.existing("p0.50").isUp)
            try host.kernel.setUp(made)
            #expect(try !host.existing("p0.50").isUp)
            try host.set(host.parent, up: true)
            #expect(try host.existing("p0.50").isUp)
        }
    }

    @Test("the kernel hands a parent's new MAC address on to VLAN and ipvlan links", .needs(.ipvlan))
    func macAddress() async throws {
        try await withNetworkNamespace {
            let host = try Host()
            let vlan = try host.kernel.create(Self.plan(on: host.parent))
            let old = host.parent.macAddress
            let ipvlan = try host.kernel.create(host.plan(.web, .ipvlan(.l2, .bridge)))
            #expect([vlan.macAddress, ipvlan.macAddress] == [old, old])
            let new: MACAddress = "02:42:ac:11:00:77"
            try host.change(try host.existing("p0"), LinkChanges(macAddress: new))
            for link in [vlan, ipvlan] { try expect(host.existing(link.name).macAddress, equals: new) }
        }
    }

    @Test("a VLAN's MTU is raised after that of the lower link, and not before")
    func mtu() async throws {
        try await withNetworkNamespace {
            let host = try Host()
            let made = try host.kernel.create(Self.plan(on: host.parent))
            let error = #expect(throws: DriverError.self) { try host.kernel.setMTU(9000, of: made) }
            #expect(error?.message.hasPrefix(#"change link "p0.50" (MTU 9000): "#) == true)
            try host.change(try host.existing("p0"), LinkChanges(mtu: 9000))
            // The kernel lowers a VLAN's with that of the lower link, and does not raise it.
            try expect(host.existing("p0.50").mtu, equals: 1500)
            try host.kernel.setMTU(9000, of: made)
            try expect(host.existing("p0.50").mtu, equals: 9000)
            try host.change(try host.existing("p0"), LinkChanges(mtu: 1400))
            try expect(host.existing("p0.50").mtu, equals: 1400)
        }
    }

    @Test("a link that has gone is an error")
    func gone() async throws {
        try await withNetworkNamespace {
            let host = try Host()
            let made = try host.kernel.create(Self.plan(on: host.parent))
            try host.delete(made)
            #expect(throws: DriverError.self) { try host.kernel.setUp(made) }
            #expect(throws: DriverError.self) { try host.kernel.setMTU(1400, of: made) }
        }
    }
}
