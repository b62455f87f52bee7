import DriverCore
import DriverTestKit
import KernelTestKit
import NetlinkTestKit
import NetworkTypes
import RouteNetlink
import TestSupport
import Testing

@testable import KernelHostNetwork

@Suite("Changes to links of the driver", .needsNetworkNamespaces, .needs(.veth), .needs(.vlan))
struct ChangingTests {
    private static func plan(on parent: HostLink) -> HostLinkPlan {
        HostLinkPlan(name: "p0.50", kind: .vlan(50, lower: parent), owner: .vlan)
    }

    @Test("A VLAN link that was brought down is brought up again")
    func vlan() async throws {
        try await withHost { host in
            let created = try host.kernel.create(Self.plan(on: host.parent))
            try host.set(created, up: false)
            try host.kernel.setUp(created)
            #expect(try host.existing("p0.50").isUp)
            try host.kernel.setUp(created)
        }
    }

    @Test("A dummy link that was brought down is brought up again", .needs(.dummy))
    func dummy() async throws {
        try await withHost { host in
            let created = try host.kernel.create(
                HostLinkPlan(name: "sd-0", kind: .dummy, owner: .isolatedParent(.first)))
            try host.set(created, up: false)
            try host.kernel.setUp(created)
            #expect(try host.existing("sd-0").isUp)
        }
    }

    @Test("A VLAN link on a parent that is down comes up with its parent")
    func lowerIsDown() async throws {
        try await withHost { host in
            let created = try host.kernel.create(Self.plan(on: host.parent))
            try host.set(host.parent, up: false)
            #expect(try !host.existing("p0.50").isUp)
            try host.kernel.setUp(created)
            #expect(try !host.existing("p0.50").isUp)
            try host.set(host.parent, up: true)
            #expect(try host.existing("p0.50").isUp)
        }
    }

    @Test("A parent's new MAC address propagates to VLAN and ipvlan links", .needs(.ipvlan))
    func macAddress() async throws {
        try await withHost { host in
            let vlan = try host.kernel.create(Self.plan(on: host.parent))
            let old = host.parent.macAddress
            let ipvlan = try host.kernel.create(host.plan(.web, .ipvlan(.l2, .bridge)))
            #expect([vlan.macAddress, ipvlan.macAddress] == [old, old])
            let new: MACAddress = "02:42:ac:11:00:77"
            try host.alter(try host.existing("p0"), macAddress: new)
            for link in [vlan, ipvlan] { try expect(host.existing(link.name).macAddress, equals: new) }
        }
    }

    @Test("A VLAN link's MTU can be raised only after its parent's")
    func mtu() async throws {
        try await withHost { host in
            let created = try host.kernel.create(Self.plan(on: host.parent))
            let error = #expect(throws: DriverError.self) { try host.kernel.setMTU(9000, of: created) }
            #expect(error?.message.hasPrefix(#"change link "p0.50" (MTU 9000): "#) == true)
            try host.change(try host.existing("p0"), LinkChanges(mtu: 9000))
            // The kernel lowers a VLAN's MTU with its parent's but does not raise it.
            try expect(host.existing("p0.50").mtu, equals: 1500)
            try host.kernel.setMTU(9000, of: created)
            try expect(host.existing("p0.50").mtu, equals: 9000)
            try host.change(try host.existing("p0"), LinkChanges(mtu: 1400))
            try expect(host.existing("p0.50").mtu, equals: 1400)
        }
    }

    @Test("A change of a link that is gone fails")
    func gone() async throws {
        try await withHost { host in
            let created = try host.kernel.create(Self.plan(on: host.parent))
            try host.delete(created)
            #expect(throws: DriverError.self) { try host.kernel.setUp(created) }
            #expect(throws: DriverError.self) { try host.kernel.setMTU(1400, of: created) }
        }
    }
}
