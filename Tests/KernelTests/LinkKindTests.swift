import KernelTestKit
import Netlink
import NetworkTypes
import RouteNetlink
import TestSupport
import Testing

@Suite("Kinds of links in the kernel", .needsNetworkNamespaces, .needs(.veth))
struct LinkKindTests {
    @Test("A macvlan link has the requested settings", .needs(.macvlan), arguments: MacvlanMode.allCases)
    func macvlan(mode: MacvlanMode) async throws {
        try await withNetworkNamespace { client in
            let wire = try client.makeWire()
            // A passthru link uses its parent's MAC address and cannot have another one.
            let mac = mode == .passthru ? nil : MACAddress(bits: 0x0242_AC11_0002)
            let kind = LinkKind.macvlan(MacvlanLink(mode: mode, broadcastQueueLength: 2000))
            let link = try client.make("mv0", kind, on: wire, macAddress: mac, mtu: 1400)
            #expect(link.kind == kind)
            #expect(link.lowerIndex == wire.index)
            #expect(link.mtu == 1400)
            #expect(link.macAddress == mac ?? wire.macAddress)
            #expect(!link.isUp)
            guard case .macvlan(let settings) = link.kind else { return }
            #expect(settings.mode == mode)
        }
    }

    @Test("A macvlan link without a requested MTU has its parent's MTU", .needs(.macvlan))
    func inheritedMTU() async throws {
        try await withNetworkNamespace { client in
            let wire = try client.makeWire()
            try client.change(wire.index, named: "p0", LinkChanges(mtu: 1300))
            try expect(client.make("mv0", .macvlan(MacvlanLink(mode: .bridge)), on: wire).mtu, equals: 1300)
        }
    }

    @Test(
        "An ipvlan link has the requested settings", .needs(.ipvlan),
        arguments: IPvlanMode.allCases, IPvlanFlag.allCases)
    func ipvlan(mode: IPvlanMode, flag: IPvlanFlag) async throws {
        try await withNetworkNamespace { client in
            let wire = try client.makeWire()
            let kind = LinkKind.ipvlan(IPvlanLink(mode: mode, flag: flag))
            let link = try client.make("iv0", kind, on: wire)
            #expect(link.kind == kind)
            #expect(link.lowerIndex == wire.index)
            #expect(link.macAddress == wire.macAddress)
            guard case .ipvlan(let settings) = link.kind else { return }
            #expect(settings.mode == mode)
            #expect(settings.flag == flag)
        }
    }

    @Test(
        "All ipvlan links on a parent share one mode", .needs(.ipvlan))
    func sharedMode() async throws {
        try await withNetworkNamespace { client in
            let wire = try client.makeWire()
            _ = try client.make("iv0", .ipvlan(IPvlanLink(mode: .l2, flag: .bridge)), on: wire)
            _ = try client.make("iv1", .ipvlan(IPvlanLink(mode: .l3, flag: .private)), on: wire)
            try expect(client.existing("iv0").kind, equals: .ipvlan(IPvlanLink(mode: .l3, flag: .private)))
        }
    }

    @Test(
        "A VLAN link has the requested settings", .needs(.vlan),
        arguments: [VLANProtocol.dot1Q, .dot1ad], [1, 10, 4094] as [UInt16])
    func vlan(protocol: VLANProtocol, id: UInt16) async throws {
        try await withNetworkNamespace { client in
            let wire = try client.makeWire()
            let kind = LinkKind.vlan(VLANLink(tag: try tag(id, `protocol`)))
            let link = try client.make("p0.\(id)", kind, on: wire)
            #expect(link.kind == kind)
            #expect(link.lowerIndex == wire.index)
            #expect(link.macAddress == wire.macAddress)
        }
    }

    @Test("A VLAN link can be on a VLAN link, and a macvlan link on both", .needs(.vlan))
    func stacked() async throws {
        try await withNetworkNamespace { client in
            let wire = try client.makeWire()
            let outer = try client.make("outer", .vlan(VLANLink(tag: try tag(5, .dot1ad))), on: wire)
            let inner = try client.make("inner", .vlan(VLANLink(tag: try tag(10))), on: outer)
            let link = try client.make("mv0", .macvlan(MacvlanLink(mode: .bridge)), on: inner)
            #expect(link.lowerIndex == inner.index)
            #expect(inner.lowerIndex == outer.index)
        }
    }

    @Test("A dummy link has the requested settings", .needs(.dummy))
    func dummy() async throws {
        try await withNetworkNamespace { client in
            let link = try client.make("dm0", .dummy, macAddress: MACAddress(bits: 0x0242_AC11_0003), mtu: 9000)
            #expect(link.kind == .dummy)
            #expect(link.mtu == 9000)
            #expect(link.macAddress == MACAddress(bits: 0x0242_AC11_0003))
            #expect(link.lowerIndex == nil)
        }
    }

    @Test("A VRF keeps the number of its table", .needs(.vrf))
    func vrf() async throws {
        try await withNetworkNamespace { client in
            let kind = LinkKind.vrf(VRFLink(table: 4_000_000_000))
            try expect(client.make("red", kind).kind, equals: kind)
        }
    }

    @Test("A link of another kind keeps the name and data of its kind", .needs(.bond))
    func otherKind() async throws {
        try await withNetworkNamespace { client in
            // IFLA_BOND_MODE, which is the first attribute of the answer too.
            let made = try client.make("lag", .other(name: "bond", data: [5, 0, 1, 0, 1, 0, 0, 0])).kind
            guard case .other("bond", let data)? = made else {
                Issue.record("The kind is \(String(describing: made)).")
                return
            }
            #expect(data.starts(with: [5, 0, 1, 0, 1]))
        }
    }
}

private func tag(_ id: UInt16, _ protocol: VLANProtocol = .dot1Q) throws -> VLANTag {
    VLANTag(id: try #require(VLANID(id)), protocol: `protocol`)
}
