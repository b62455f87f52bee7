import DriverCore
import DriverTestKit
import KernelTestKit
import NetworkTypes
import RouteNetlink
import TestSupport
import Testing

@testable import KernelHostNetwork

@Suite("Unfinished links", .needsNetworkNamespaces, .needs(.veth), .needs(.macvlan))
struct UnfinishedLinkTests {
    /// The kinds of links that the driver creates.
    enum OwnKind: String, CaseIterable {
        case macvlan, ipvlan, vlan, dummy

        var feature: OptionalLinkKind {
            switch self {
            case .macvlan: .macvlan
            case .ipvlan: .ipvlan
            case .vlan: .vlan
            case .dummy: .dummy
            }
        }

        func plan(on parent: HostLink) -> HostLinkPlan {
            switch self {
            case .macvlan:
                HostLinkPlan(
                    name: "sv0", kind: .endpoint(.macvlan(.bridge), parent: parent), owner: .endpoint(.web))
            case .ipvlan:
                HostLinkPlan(
                    name: "sv0", kind: .endpoint(.ipvlan(.l2, .bridge), parent: parent), owner: .endpoint(.web))
            case .vlan: HostLinkPlan(name: "sv0", kind: .vlan(50, lower: parent), owner: .vlan)
            case .dummy: HostLinkPlan(name: "sv0", kind: .dummy, owner: .isolatedParent(.first))
            }
        }

        func link(on parent: HostLink) -> NewLink { NewLink(plan(on: parent)) }
    }

    @Test(
        "A link created without its alias is reported as retired and removed at the next start",
        arguments: OwnKind.allCases)
    func withoutAlias(_ kind: OwnKind) async throws {
        try await withKind(kind) {
            let host = try HostFixture()
            let link = try host.make(kind.link(on: host.parent))
            // The kernel sets the group when it creates a link.
            #expect(link.group == .unfinished)
            #expect(link.alias == nil)
            try expect(host.kernel.link(named: "sv0")?.owner, equals: .retired)
            try expect(host.kernel.retireUnfinishedLinks(), equals: 1)
            try host.waitForRemovals()
            try expect(host.names(), equals: ["lo", "p0", "p1"])
            try expect(host.kernel.retireUnfinishedLinks(), equals: 0)
        }
    }

    @Test("A finished link has its alias, is in the default group, and stays", arguments: OwnKind.allCases)
    func finished(_ kind: OwnKind) async throws {
        try await withKind(kind) {
            let host = try HostFixture()
            let plan = kind.plan(on: host.parent)
            let link = try host.kernel.create(plan)
            let message = try host.existing("sv0")
            #expect(message.group == .default)
            #expect(message.alias == plan.owner.alias)
            #expect(link.owner == plan.owner)
            try expect(host.kernel.retireUnfinishedLinks(), equals: 0)
        }
    }

    @Test(
        "A VLAN link on a parent that is down is finished, whatever state the driver last read",
        arguments: [true, false])
    func parentIsDown(isKnown: Bool) async throws {
        try await withKind(.vlan) {
            let host = try HostFixture()
            try host.set(host.parent, up: false)
            var seen = host.parent
            seen.isUp = !isKnown
            _ = try host.kernel.create(OwnKind.vlan.plan(on: seen))
            let message = try host.existing("sv0")
            #expect(message.group == .default)
            #expect(message.alias == LinkOwner.vlan.alias)
            #expect(!message.isUp)
            try host.set(host.parent, up: true)
            #expect(try host.existing("sv0").isUp)
        }
    }

    @Test("A VLAN link comes up if its parent has come up since the driver read it")
    func parentIsUpByNow() async throws {
        try await withKind(.vlan) {
            let host = try HostFixture()
            var seen = host.parent
            seen.isUp = false
            _ = try host.kernel.create(OwnKind.vlan.plan(on: seen))
            #expect(try host.existing("sv0").isUp)
        }
    }

    @Test("Foreign links in another group, with an alias, or of another kind are kept")
    func foreign() async throws {
        try await withHost { host in
            let ordinary = NewLink(
                name: "ordinary", kind: .macvlan(MacvlanLink(mode: .bridge)), parent: host.parent.index)
            _ = try host.make(ordinary)
            var grouped = ordinary
            grouped.name = "grouped"
            grouped.group = LinkGroup(rawValue: 7)
            try expect(host.make(grouped).group, equals: LinkGroup(rawValue: 7))
            var named = ordinary
            named.name = "named"
            named.group = .unfinished
            try host.change(try host.make(named), LinkChanges(alias: "theirs"))
            let wire = try host.make(
                NewLink(name: "wire", kind: .other(name: "veth", data: []), group: .unfinished))
            #expect(wire.group == .unfinished)
            try expect(host.kernel.links().filter { $0.owner != nil }, equals: [])
            try expect(host.kernel.retireUnfinishedLinks(), equals: 0)
        }
    }

    @Test("The group of unfinished links differs from every group of retired links")
    func groupOfItsOwn() {
        #expect(LinkGroup.unfinished.rawValue >= 0x7000_0000)
        #expect(Int32(exactly: LinkGroup.unfinished.rawValue) != nil)
    }

    /// Runs the body if the kernel has the kind.
    private func withKind(_ kind: OwnKind, _ body: @Sendable () throws -> Void) async throws {
        guard await kind.feature.isInKernel() else { try Test.cancel("no \(kind.rawValue) links") }
        try await withNetworkNamespace(body)
    }
}
