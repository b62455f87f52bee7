import DriverCore
import DriverTestKit
import KernelTestKit
import NetlinkTestKit
import NetworkTypes
import RouteNetlink
import TestSupport
import Testing

@testable import KernelHostNetwork

@Suite("Upper links of a parent", .needsNetworkNamespaces, .needs(.veth), .needs(.macvlan))
struct UpperLinksTests {
    @Test("Upper links include only macvlan links on the parent itself")
    func here() async throws {
        try await withHost { host in
            try expect(host.kernel.upperLinks(of: host.parent), equals: [])
            let ours = try host.makeEndpoint()
            let parent = try host.existing("p0")
            let other = try host.existing("p1")
            _ = try host.make("users", .macvlan(MacvlanLink(mode: .vepa)), on: parent)
            _ = try host.make("faraway", .macvlan(MacvlanLink(mode: .vepa)), on: other)
            let upperLinks = try host.kernel.upperLinks(of: host.parent)
            #expect(upperLinks.map(\.name) == [ours.name, "users"])
            #expect(upperLinks.first == ours)
        }
    }

    @Test("Upper links include macvtap links", .needs(.macvtap))
    func taps() async throws {
        try await withHost { host in
            _ = try host.make("tap0", .macvtap(MacvlanLink(mode: .bridge)), on: try host.existing("p0"))
            try expect(host.kernel.upperLinks(of: host.parent).map(\.kind), equals: [.macvlan(.bridge)])
        }
    }

    @Test("Upper links include ipvlan links, with the parent's mode", .needs(.ipvlan))
    func ipvlan() async throws {
        try await withHost { host in
            let elsewhere = try OtherNetworkNamespace()
            let kind = LinkKind.ipvlan(IPvlanLink(mode: .l3, flag: .private))
            let moved = try host.make("users", kind, on: try host.existing("p0"))
            try host.move(moved, to: elsewhere)
            try expect(host.kernel.upperLinks(of: host.parent).map(\.kind), equals: [.ipvlan(.l3, .private)])
        }
    }

    @Test("Upper links exclude VLAN links", .needs(.vlan))
    func vlan() async throws {
        try await withHost { host in
            _ = try host.make("guests", .vlan(VLANLink(tag: 50)), on: try host.existing("p0"))
            try expect(host.kernel.upperLinks(of: host.parent), equals: [])
        }
    }

    @Test("Upper links include links in containers, with their aliases")
    func elsewhere() async throws {
        try await withHost { host in
            let containers = try [OtherNetworkNamespace(), OtherNetworkNamespace()]
            var created: [HostLink] = []
            for (id, container) in zip([EndpointID.web, .mail], containers) {
                created.append(try host.makeEndpoint(id))
                try host.move(try host.existing(LinkNames.endpoint(id)?.text ?? ""), to: container)
            }
            let upperLinks = try host.kernel.upperLinks(of: host.parent)
            #expect(Set(upperLinks.map(\.owner)) == [.endpoint(.web), .endpoint(.mail)])
            #expect(upperLinks.map(\.lowerIndex) == [host.parent.index, host.parent.index])
            #expect(upperLinks.map(\.kind) == [.macvlan(.bridge), .macvlan(.bridge)])
            #expect(Set(upperLinks.map(\.macAddress)) == Set(created.map(\.macAddress)))
        }
    }

    @Test("Upper links exclude links on a link with the same index in another namespace")
    func falseFriend() async throws {
        try await withHost { host in
            let container = try OtherNetworkNamespace()
            // Gives the namespace an ID here, as a container's namespace has.
            try host.move(try host.existing(try host.makeEndpoint().name), to: container)
            // Both wires have the parent's index. The link of the third namespace is moved to the second.
            let third = try OtherNetworkNamespace()
            for namespace in [container, third] {
                _ = try namespace.client.makeWire("p0", "p1")
                let wire = try namespace.client.existing("p0")
                #expect(wire.index == host.parent.index)
                let link = try namespace.client.make("friend", .macvlan(MacvlanLink(mode: .bridge)), on: wire)
                guard namespace === third else { continue }
                try namespace.client.alter(link, name: "friend3", namespace: container.descriptor)
            }
            try expect(host.kernel.upperLinks(of: host.parent).map(\.owner), equals: [.endpoint(.web)])
        }
    }

    @Test("A foreign VLAN link in another namespace is found on its parent but blocks no network", .needs(.vlan))
    func vlanElsewhere() async throws {
        try await withHost { host in
            try expect(host.kernel.upperLinksElsewhere(of: host.parent), equals: [])
            let tag = VLANTag(id: try #require(VLANID(9)))
            let theirs = try host.make("theirs", .vlan(VLANLink(tag: tag)), on: try host.existing("p0"))
            let elsewhere = try OtherNetworkNamespace()
            try host.move(theirs, to: elsewhere)
            try expect(host.kernel.upperLinksElsewhere(of: host.parent)?.map(\.kind), equals: [.vlan(tag)])
            try expect(host.kernel.upperLinks(of: host.parent), equals: [])
            withExtendedLifetime(elsewhere) {}
        }
    }

    @Test("Upper links exclude links of a namespace that is gone")
    func gone() async throws {
        try await withHost { host in
            do {
                let container = try OtherNetworkNamespace()
                try host.move(try host.existing(try host.makeEndpoint().name), to: container)
            }
            // The kernel removes the namespace and its links in the background.
            try waitFor(
                "the parent to have no upper links", pollingEvery: 10_000,
                reading: { try host.kernel.upperLinks(of: host.parent) }, until: { $0.isEmpty })
        }
    }
}
