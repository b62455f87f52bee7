import DriverCore
import DriverTestKit
import KernelTestKit
import NetworkTypes
import RouteNetlink
import TestSupport
import Testing

@testable import KernelHostNetwork

@Suite("Links of the host in the kernel", .needsNetworkNamespaces, .needs(.veth), .needs(.macvlan))
struct KernelHostTests {
    @Test(
        "A macvlan link is created with its mode, MAC address and alias, and stays down",
        arguments: MacvlanMode.allCases)
    func macvlan(_ mode: MacvlanMode) async throws {
        try await withHost { host in
            let mac: MACAddress? = mode == .passthru ? nil : "02:42:ac:11:00:02"
            let created = try host.kernel.create(try host.plan(.web, .macvlan(mode), mac: mac))
            #expect(created == (try host.kernel.link(named: "sva0b1c2d3e4f5")))
            #expect(created.owner == .endpoint(.web))
            #expect(created.lowerIndex == host.parent.index)
            #expect(created.macAddress == mac ?? host.parent.macAddress)
            let link = try host.existing("sva0b1c2d3e4f5")
            #expect(HostLink(link).kind == .macvlan(mode))
            #expect(!link.isUp)
            #expect(link.alias == LinkOwner.endpoint(.web).alias)
        }
    }

    @Test("A macvlan link is created with its broadcast queue length")
    func broadcastQueue() async throws {
        try await withHost { host in
            var plan = try host.plan(.web, .macvlan(.bridge))
            plan.broadcastQueueLength = 4096
            let created = try host.kernel.create(plan)
            let settings = MacvlanLink(mode: .bridge, broadcastQueueLength: 4096)
            try expect(host.existing(created.name).kind, equals: .macvlan(settings))
        }
    }

    @Test("A link is rolled back if the kernel ignores a setting", .needs(.ipvlan))
    func noBroadcastQueue() async throws {
        try await withHost { host in
            var plan = try host.plan(.web, .ipvlan(.l2, .bridge))
            plan.broadcastQueueLength = 4096
            let error = try #require(throws: DriverError.self) { try host.kernel.create(plan) }
            #expect(error.refusal == .settingNotSupported)
            #expect(error.message.hasPrefix(#"create link "sva0b1c2d3e4f5" on "p0": this kernel does not take"#))
            try host.waitForRemovals()
            try expect(host.names(), equals: ["lo", "p0", "p1"])
        }
    }

    @Test(
        "An ipvlan link is created with its mode and flag", .needs(.ipvlan), arguments: IPvlanMode.allCases,
        IPvlanFlag.allCases)
    func ipvlan(_ mode: IPvlanMode, _ flag: IPvlanFlag) async throws {
        try await withHost { host in
            let created = try host.kernel.create(try host.plan(.web, .ipvlan(mode, flag)))
            #expect(created.kind == .ipvlan(mode, flag))
            try expect(host.existing(created.name).kind, equals: .ipvlan(IPvlanLink(mode: mode, flag: flag)))
        }
    }

    @Test("A VLAN link is created with its alias and brought up", .needs(.vlan), arguments: [true, false])
    func vlan(parentIsUp: Bool) async throws {
        try await withHost { host in
            if !parentIsUp { try host.set(host.parent, up: false) }
            let plan = HostLinkPlan(name: "p0.50", kind: .vlan(50, lower: host.parent), owner: .vlan)
            let created = try host.kernel.create(plan)
            #expect(created.kind == .vlan(50))
            #expect(created.owner == .vlan)
            try expect(host.existing("p0.50").isUp, equals: parentIsUp)
            #expect(throws: DriverError.self) { try host.kernel.create(plan) }
            _ = try host.kernel.retire(created)
            try host.waitForRemovals()
            try expect(host.names(), equals: ["lo", "p0", "p1"])
        }
    }

    @Test("A dummy link is created with its alias and brought up", .needs(.dummy))
    func dummy() async throws {
        try await withHost { host in
            let created = try host.kernel.create(
                HostLinkPlan(name: "sd-0", kind: .dummy, owner: .isolatedParent(.first)))
            #expect(created.kind == .dummy)
            #expect(try host.existing("sd-0").isUp)
            _ = try host.kernel.retire(created)
            try host.waitForRemovals()
            try expect(host.names(), equals: ["lo", "p0", "p1"])
        }
    }

    @Test("Foreign links are recognized as foreign")
    func foreignLinks() async throws {
        try await withHost { host in
            let links = try host.kernel.links()
            #expect(links.filter(\.isLoopback).map(\.name) == ["lo"])
            #expect(links.filter { $0.name == "p0" } == [host.parent])
            #expect(host.parent.kind == .other("veth"))
            #expect(links.filter { $0.owner != nil || $0.removal != nil } == [])
            try expect(host.kernel.link(named: "nosuch"), equals: nil)
        }
    }

    @Test("A link is found by each of its names, and listed with all of them")
    func alternativeNames() async throws {
        try await withHost { host in
            let names: [LinkName] = ["uplink", "a-name-of-more-than-fifteen-bytes"]
            for name in names { try addName(name, to: try host.existing("p0")) }
            for name in ["p0"] + names {
                let link = try #require(try host.kernel.link(named: name))
                #expect(link.index == host.parent.index)
                #expect(link.alternativeNames == names.map(\.text))
            }
            #expect(try host.kernel.links().contains { $0.alternativeNames == names.map(\.text) })
            try expect(host.kernel.link(named: "no-link-has-this-name"), equals: nil)
        }
    }

    // A kernel without VLAN links has no bridges that filter VLANs (net/bridge/Kconfig).
    @Test("VLANs are read for a bridge with VLAN filtering, and for no other bridge", .needs(.bridge), .needs(.vlan))
    func bridgeVLANs() async throws {
        try await withHost { host in
            let bridge = try host.make("br0", .bridge(BridgeLink(filtersVLANs: true)))
            let other = try host.make("br1", .bridge(BridgeLink(filtersVLANs: true, protocol: .dot1ad)))
            try makePort(try host.existing("p0"), of: bridge)
            try makePort(try host.existing("p1"), of: other)
            for id: UInt16 in 100...102 { try addToVLAN(id, try host.existing("p0")) }
            try addToVLAN(172, bridge)
            try addToVLAN(200, try host.existing("p1"))
            let standard = VLANMembership(1...1, isPVID: true, isUntagged: true)
            let seen = try #require(try host.kernel.link(named: "br0"))
            #expect(seen.filteredVLANs == .dot1Q)
            try expect(
                host.kernel.bridgeVLANs(of: seen),
                equals: BridgeVLANs(
                    own: [standard, VLANMembership(172...172)], ports: [standard, VLANMembership(100...102)]))
            try expect(host.kernel.link(named: "br1")?.filteredVLANs, equals: .dot1ad)
            _ = try host.make("br2", .bridge(BridgeLink(filtersVLANs: false)))
            try expect(host.kernel.link(named: "br2")?.filteredVLANs, equals: nil)
        }
    }

    @Test("A link whose name is already in use is refused, and the existing link stays")
    func alreadyExists() async throws {
        try await withHost { host in
            let foreign = try host.make(
                "sva0b1c2d3e4f5", .macvlan(MacvlanLink(mode: .bridge)), on: try host.existing("p0"))
            let error = try #require(throws: DriverError.self) { try host.makeEndpoint() }
            #expect(error.refusal == .alreadyExists)
            #expect(error.message.hasPrefix(#"create macvlan link "sva0b1c2d3e4f5" on "p0": "#))
            try expect(host.existing("sva0b1c2d3e4f5"), equals: foreign)
        }
    }

    @Test("A link on a missing parent is refused and leaves nothing behind")
    func parentVanished() async throws {
        try await withHost { host in
            try host.delete(host.parent)
            let error = try #require(throws: DriverError.self) { try host.makeEndpoint() }
            #expect(error.refusal == .other)
            try expect(host.names(), equals: ["lo"])
        }
    }

    @Test("A link whose alias cannot be set is rolled back")
    func cannotBeMarked() async throws {
        try await withHost { host in
            // The kernel allows aliases of up to 255 bytes.
            let endless = EndpointID(unchecked: String(repeating: "a", count: 300))
            let plan = HostLinkPlan(
                name: "sv0", kind: .endpoint(.macvlan(.bridge), parent: host.parent), owner: .endpoint(endless))
            #expect(throws: DriverError.self) { try host.kernel.create(plan) }
            try host.waitForRemovals()
            try expect(host.names(), equals: ["lo", "p0", "p1"])
        }
    }

    @Test("A link kind that the kernel lacks fails with a specific error")
    func kindNotSupported() async throws {
        try await withHost { host in
            let error = try #require(throws: RouteError.self) {
                try host.make("x0", .other(name: "nonsense", data: []))
            }
            #expect(DriverError(creating: error).refusal == .kindNotSupported)
        }
    }
}
