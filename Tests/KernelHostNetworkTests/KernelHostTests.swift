import DriverCore
import DriverTestKit
import KernelTestKit
import NetworkTypes
import RouteNetlink
import TestSupport
import Testing

@testable import KernelHostNetwork

@Suite("The host's links, as the kernel has them", .needsNetworkNamespaces, .needs(.veth), .needs(.macvlan))
struct KernelHostTests {
    @Test("a macvlan link is made with its mode, address and mark, and stays down", arguments: MacvlanMode.allCases)
    func macvlan(_ mode: MacvlanMode) async throws {
        try await withNetworkNamespace {
            let host = try Host()
            let mac: MACAddress? = mode == .passthru ? nil : "02:42:ac:11:00:02"
            let made = try host.kernel.create(try host.plan(.web, .macvlan(mode), mac: mac))
            #expect(made == (try host.kernel.link(named: "sva0b1c2d3e4f5")))
            #expect(made.owner == .endpoint(.web))
            #expect(made.lowerIndex == host.parent.index)
            #expect(made.macAddress == mac ?? host.parent.macAddress)
            let link = try host.existing("sva0b1c2d3e4f5")
            #expect(HostLink(link).kind == .macvlan(mode))
            #expect(!link.isUp)
            #expect(link.alias == LinkOwner.endpoint(.web).alias)
        }
    }

    @Test("a macvlan link is made with its queue for broadcast packets")
    func broadcastQueue() async throws {
        try await withNetworkNamespace {
            let host = try Host()
            var plan = try host.plan(.web, .macvlan(.bridge))
            plan.broadcastQueueLength = 4096
            let made = try host.kernel.create(plan)
            let settings = MacvlanLink(mode: .bridge, broadcastQueueLength: 4096)
            try expect(host.existing(made.name).kind, equals: .macvlan(settings))
        }
    }

    @Test("a link that does not take the setting, as on a kernel that is too old, is taken back", .needs(.ipvlan))
    func noBroadcastQueue() async throws {
        try await withNetworkNamespace {
            let host = try Host()
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
        "an ipvlan link is made with its mode and flag", .needs(.ipvlan), arguments: IPvlanMode.allCases,
        IPvlanFlag.allCases)
    func ipvlan(_ mode: IPvlanMode, _ flag: IPvlanFlag) async throws {
        try await withNetworkNamespace {
            let host = try Host()
            let made = try host.kernel.create(try host.plan(.web, .ipvlan(mode, flag)))
            #expect(made.kind == .ipvlan(mode, flag))
            try expect(host.existing(made.name).kind, equals: .ipvlan(IPvlanLink(mode: mode, flag: flag)))
        }
    }

    @Test("a VLAN link is made, marked and set up", .needs(.vlan), arguments: [true, false])
    func vlan(parentIsUp: Bool) async throws {
        try await withNetworkNamespace {
            let host = try Host()
            if !parentIsUp { try host.set(host.parent, up: false) }
            let plan = HostLinkPlan(name: "p0.50", kind: .vlan(50, lower: host.parent), owner: .vlan)
            let made = try host.kernel.create(plan)
            #expect(made.kind == .vlan(50))
            #expect(made.owner == .vlan)
            try expect(host.existing("p0.50").isUp, equals: parentIsUp)
            #expect(throws: DriverError.self) { try host.kernel.create(plan) }
            _ = try host.kernel.retire(made)
            try host.waitForRemovals()
            try expect(host.names(), equals: ["lo", "p0", "p1"])
        }
    }

    @Test("a dummy is made, marked and set up", .needs(.dummy))
    func dummy() async throws {
        try await withNetworkNamespace {
            let host = try Host()
            let made = try host.kernel.create(
                HostLinkPlan(name: "sd-0", kind: .dummy, owner: .isolatedParent(.first)))
            #expect(made.kind == .dummy)
            #expect(try host.existing("sd-0").isUp)
            _ = try host.kernel.retire(made)
            try host.waitForRemovals()
            try expect(host.names(), equals: ["lo", "p0", "p1"])
        }
    }

    @Test("links of others are seen for what they are")
    func foreignLinks() async throws {
        try await withNetworkNamespace {
            let host = try Host()
            let links = try host.kernel.links()
            #expect(links.filter(\.isLoopback).map(\.name) == ["lo"])
            #expect(links.filter { $0.name == "p0" } == [host.parent])
            #expect(host.parent.kind == .other("veth"))
            #expect(links.filter { $0.owner != nil || $0.removal != nil } == [])
            try expect(host.kernel.link(named: "nosuch"), equals: nil)
        }
    }

    @Test("a name that is taken has its own reason, and the link that has it stays")
    func alreadyExists() async throws {
        try await withNetworkNamespace {
            let host = try Host()
            let foreign = try host.make(
                "sva0b1c2d3e4f5", .macvlan(MacvlanLink(mode: .bridge)),
                on: try host.existing("p0"))
            let error = try #require(throws: DriverError.self) { try host.makeEndpoint() }
            #expect(error.refusal == .alreadyExists)
            #expect(error.message.hasPrefix(#"create macvlan link "sva0b1c2d3e4f5" on "p0": "#))
            try expect(host.existing("sva0b1c2d3e4f5"), equals: foreign)
        }
    }

    @Test("a parent that has vanished is a failure that leaves nothing")
    func parentVanished() async throws {
        try await withNetworkNamespace {
            let host = try Host()
            try host.delete(host.parent)
            let error = try #require(throws: DriverError.self) { try host.makeEndpoint() }
            #expect(error.refusal == .other)
            try expect(host.names(), equals: ["lo"])
        }
    }

    @Test("a link that cannot be marked is taken back")
    func cannotBeMarked() async throws {
        try await withNetworkNamespace {
            let host = try Host()
            // The kernel takes aliases of up to 255 bytes.
            let endless = EndpointID(unchecked: String(repeating: "a", count: 300))
            let plan = HostLinkPlan(
                name: "sv0", kind: .endpoint(.macvlan(.bridge), parent: host.parent),
                owner: .endpoint(endless))
            #expect(throws: DriverError.self) { try host.kernel.create(plan) }
            try host.waitForRemovals()
            try expect(host.names(), equals: ["lo", "p0", "p1"])
        }
    }

    @Test("a kind that the kernel does not know has its own reason")
    func kindNotSupported() async throws {
        try await withNetworkNamespace {
            let host = try Host()
            let error = try #require(throws: RouteError.self) {
                try host.make("x0", .other(name: "nonsense", data: []))
            }
            #expect(DriverError(creating: error).refusal == .kindNotSupported)
        }
    }
}
