import KernelTestKit
import Netlink
import NetlinkTestKit
import NetworkTypes
import RouteNetlink
import TestSupport
import Testing

@Suite("Links in the kernel", .needsNetworkNamespaces, .needs(.veth))
struct LinkTests {
    @Test("A new namespace has a loopback link, which is down")
    func loopback() async throws {
        try await withNetworkNamespace { client in
            let links = try client.links()
            let loopback = try #require(links.first)
            #expect(links.count == 1)
            #expect(loopback.name == "lo")
            #expect(loopback.index.number == 1)
            #expect(loopback.isLoopback)
            #expect(!loopback.isUp)
            #expect(loopback.macAddress?.isZero == true)
            #expect(loopback.kind == nil)
        }
    }

    @Test("A veth pair is created in one step, and each end is the lower link of the other")
    func vethPair() async throws {
        try await withNetworkNamespace { client in
            let near = try client.makePair("near", "far")
            let far = try client.existing("far")
            #expect(near.kind == .other(name: "veth", data: []))
            #expect(near.lowerIndex == far.index)
            #expect(far.lowerIndex == near.index)
            #expect(near.lowerNamespace == nil)
            try expect(client.links().map(\.name).sorted(), equals: ["far", "lo", "near"])
        }
    }

    @Test("An existing link is found by name, by index and in the list, and a missing one is not")
    func lookup() async throws {
        try await withNetworkNamespace { client in
            let wire = try client.makePair("p0", "p1")
            let byIndex = try client.link(at: wire.index)
            let inList = try client.links().first { $0.index == wire.index }
            let unknownName = try client.link(named: try name("missing"))
            let unknownIndex = try client.link(at: try #require(InterfaceIndex(4711)))
            #expect(byIndex == wire)
            #expect(inList == wire)
            #expect(unknownName == nil)
            #expect(unknownIndex == nil)
        }
    }

    @Test("A link is brought up and down, and its other flags stay unchanged")
    func upAndDown() async throws {
        try await withNetworkNamespace { client in
            let before = try client.makePair("a", "b")
            #expect(!before.isUp)
            try client.change(before.index, named: "a", LinkChanges(isUp: true))
            let up = try client.existing("a")
            #expect(up.isUp, "\(up)")
            try client.change(before.index, named: "a", LinkChanges(isUp: false))
            let after = try client.existing("a")
            #expect(after == before)
        }
    }

    @Test("One request changes MTU and alias, and another removes the alias")
    func settings() async throws {
        try await withNetworkNamespace { client in
            let wire = try client.makeWire()
            try client.change(wire.index, named: "p0", LinkChanges(mtu: 1400, alias: "office: web"))
            let changed = try client.existing("p0")
            #expect(changed.mtu == 1400)
            #expect(changed.alias == "office: web")
            try client.change(wire.index, named: "p0", LinkChanges(alias: ""))
            try expect(client.existing("p0").alias, equals: nil)
        }
    }

    @Test("An alias of more than 255 bytes is refused")
    func longAlias() async throws {
        try await withNetworkNamespace { client in
            let wire = try client.makeWire()
            let longest = String(repeating: "a", count: 255)
            try client.change(wire.index, named: "p0", LinkChanges(alias: longest))
            try expect(client.existing("p0").alias, equals: longest)
            #expect(throws: RouteError.self) {
                try client.change(wire.index, named: "p0", LinkChanges(alias: longest + "a"))
            }
        }
    }

    @Test("A deleted link is gone, and so are its upper links")
    func delete() async throws {
        try await withNetworkNamespace { client in
            let wire = try client.makeWire()
            _ = try client.make("mv0", .macvlan(MacvlanLink(mode: .bridge)), on: wire)
            try client.delete(wire.index, named: "p0")
            try expect(client.links().map(\.name), equals: ["lo"])
        }
    }

    @Test("A link is deleted by name when its index is unknown")
    func deleteByName() async throws {
        try await withNetworkNamespace { client in
            let wire = try client.makeWire()
            _ = try client.make("mv0", .macvlan(MacvlanLink(mode: .bridge)), on: wire)
            try client.delete(try name("mv0"))
            try expect(client.links().map(\.name).sorted(), equals: ["lo", "p0", "p1"])
        }
    }

    @Test("A link that is moved to another namespace can be read from both namespaces")
    func moveByFile() async throws {
        try await withNetworkNamespace {
            var here = RouteClient()
            let link = try here.makePair("mover", "stayer")
            try OpenNetworkNamespace.enterNew()
            try withCurrentNamespaceFile { file in
                try here.alter(link, namespace: file)
            }
            try expectMoved(&here)
        }
    }

    /// Expects `mover` in the thread's namespace and its other end in the client's.
    private func expectMoved(_ former: inout RouteClient<NetlinkSocket>) throws {
        var here = RouteClient()
        let mover = try here.existing("mover")
        #expect(mover.lowerNamespace != nil)
        let left = try former.links().map(\.name)
        #expect(left == ["lo", "stayer"])
        let stayer = try former.existing("stayer")
        #expect(stayer.lowerNamespace != nil)
    }
}
