import DriverCore
import DriverTestKit
import KernelTestKit
import NetworkTypes
import RouteNetlink
import TestSupport
import Testing

@testable import KernelHostNetwork

@Suite("Who holds a parent", .needsNetworkNamespaces, .needs(.veth), .needs(.macvlan))
struct HoldersTests {
    @Test("macvlan links upon it, and no others")
    func here() async throws {
        try await withNetworkNamespace {
            let host = try Host()
            try expect(host.kernel.upperLinks(of: host.parent), equals: [])
            let ours = try host.makeEndpoint()
            let parent = try host.existing("p0")
            let other = try host.existing("p1")
            _ = try host.make("users", .macvlan(MacvlanLink(mode: .vepa)), on: parent)
            _ = try host.make("faraway", .macvlan(MacvlanLink(mode: .vepa)), on: other)
            let holders = try host.kernel.upperLinks(of: host.parent)
            #expect(holders.map(\.name) == [ours.name, "users"])
            #expect(holders.first == ours)
        }
    }

    @Test("macvtap links too", .needs(.macvtap))
    func taps() async throws {
        try await withNetworkNamespace {
            let host = try Host()
            _ = try host.make("tap0", .macvtap(MacvlanLink(mode: .bridge)), on: try host.existing("p0"))
            try expect(host.kernel.upperLinks(of: host.parent).map(\.kind), equals: [.macvlan(.bridge)])
        }
    }

    @Test("ipvlan and ipvtap links, with the mode of the parent", .needs(.ipvlan))
    func ipvlan() async throws {
        try await withNetworkNamespace {
            let host = try Host()
            let elsewhere = try OtherNetworkNamespace()
            let kind = LinkKind.ipvlan(IPvlanLink(mode: .l3, flag: .private))
            let moved = try host.make("users", kind, on: try host.existing("p0"))
            try host.move(moved, to: elsewhere)
            try expect(host.kernel.upperLinks(of: host.parent).map(\.kind), equals: [.ipvlan(.l3, .private)])
        }
    }

    @Test("a VLAN upon it holds nothing", .needs(.vlan))
    func vlan() async throws {
        try await withNetworkNamespace {
            let host = try Host()
            _ = try host.make("guests", .vlan(VLANLink(tag: 50)), on: try host.existing("p0"))
            try expect(host.kernel.upperLinks(of: host.parent), equals: [])
        }
    }

    @Test("links in containers' namespaces, with the marks that they have")
    func elsewhere() async throws {
        try await withNetworkNamespace {
            let host = try Host()
            let containers = try [OtherNetworkNamespace(), OtherNetworkNamespace()]
            var made: [HostLink] = []
            for (id, container) in zip([EndpointID.web, .mail], containers) {
                made.append(try host.makeEndpoint(id))
                try host.move(try host.existing(LinkNames.endpoint(id)?.text ?? ""), to: container)
            }
            let holders = try host.kernel.upperLinks(of: host.parent)
            #expect(Set(holders.map(\.owner)) == [.endpoint(.web), .endpoint(.mail)])
            #expect(holders.map(\.lowerIndex) == [host.parent.index, host.parent.index])
            #expect(holders.map(\.kind) == [.macvlan(.bridge), .macvlan(.bridge)])
            #expect(Set(holders.map(\.macAddress)) == Set(made.map(\.macAddress)))
        }
    }

    @Test("a link in another namespace upon a link of the same number there is no holder of this one")
    func falseFriend() async throws {
        try await withNetworkNamespace {
            let host = try Host()
            let container = try OtherNetworkNamespace()
            // Known here by a number, as a container's namespace is.
            try host.move(try host.existing(try host.makeEndpoint().name), to: container)
            // The wire there has the parent's number, and so has that in a third, whose link is moved to the second.
            let third = try OtherNetworkNamespace()
            for namespace in [container, third] {
                _ = try namespace.client.makeWire("p0", "p1")
                let wire = try namespace.client.existing("p0")
                #expect(wire.index == host.parent.index)
                let link = try namespace.client.make("friend", .macvlan(MacvlanLink(mode: .bridge)), on: wire)
                if namespace === third {
                    try namespace.client.change(
                        link.index, named: "friend",
                        LinkChanges(name: try name("friend3"), namespace: .descriptor(container.descriptor)))
                }
            }
            try expect(host.kernel.upperLinks(of: host.parent).map(\.owner), equals: [.endpoint(.web)])
        }
    }

    @Test("another program's VLAN link that it took elsewhere is upon the link too, but no holder", .needs(.vlan))
    func vlanElsewhere() async throws {
        try await withNetworkNamespace {
            let host = try Host()
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

    @Test("a namespace that has gone is passed over")
    func gone() async throws {
        try await withNetworkNamespace {
            let host = try Host()
            do {
                let container = try OtherNetworkNamespace()
                try host.move(try host.existing(try host.makeEndpoint().name), to: container)
            }
            // The kernel takes the namespace apart meanwhile, and its links with it.
            try waitFor(
                "the parent to have no holders", pollingEvery: 10_000,
                reading: { try host.kernel.upperLinks(of: host.parent) }, until: { $0.isEmpty })
        }
    }
}
