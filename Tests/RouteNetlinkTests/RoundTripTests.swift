import Netlink
import NetlinkTestKit
import NetworkTypes
import RouteNetlink
import SystemCalls
import TestSupport
import Testing

@Suite("Requests read back")
struct RoundTripTests {
    @Test("A link of every kind is read back with every setting", arguments: allKinds)
    func kinds(_ kind: LinkKind) throws {
        var link = try newLink("link0", kind, on: 7)
        link.mtu = 1400
        link.macAddress = MACAddress(bits: 0x0242_AC11_0002)
        let request = try sent { try $0.create(link) }
        // The request has no index: the kernel chooses it.
        let numbered = Array(request.prefix(20)) + bytes(of: Int32(9)) + request.dropFirst(24)
        let read = try #require(try withMessage(numbered) { try LinkMessage(decoding: $0) })
        #expect(read.kind == kind)
        #expect(read.kind?.name == kind.name)
        #expect(read.name == "link0")
        #expect(read.index.number == 9)
        #expect(read.lowerIndex == link.parent)
        #expect(read.mtu == link.mtu)
        #expect(read.macAddress == link.macAddress)
        #expect(read.masterIndex == nil)
        #expect(!read.isUp)
    }

    @Test(
        "A route is read back with its destination, router, source, table, protocol and scope",
        arguments: 0..<100 as Range<UInt64>)
    func routes(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let family = AddressFamily.allCases[Int.random(in: 0...1, using: &random)]
        func anyAddress() -> IPAddress? {
            IPAddress(octets: (0..<family.bitWidth / 8).map { _ in UInt8.random(in: 0...255, using: &random) })
        }
        let destination = try #require(anyAddress())
        let length = Int.random(in: 0...family.bitWidth, using: &random)
        let route = RouteMessage(
            to: try #require(IPPrefix(destination, length: length)),
            type: try #require(RouteType.toElsewhere.randomElement(using: &random)),
            via: Bool.random(using: &random) ? anyAddress() : nil,
            link: InterfaceIndex(Int32.random(in: -10...10, using: &random)),
            preferredSource: Bool.random(using: &random) ? anyAddress() : nil,
            table: UInt32.random(in: 1...1000, using: &random),
            protocol: RouteProtocol(rawValue: UInt8.random(in: 0...255, using: &random)),
            scope: [nil, .link, .universe, RouteScope(rawValue: 254)][Int.random(in: 0...3, using: &random)],
            metric: family == .ipv4
                ? UInt32.random(in: 0...2, using: &random) : UInt32.random(in: 1...9, using: &random))
        let request = try sent { try $0.add(route) }
        try expect(withMessage(request) { try RouteMessage(decoding: $0) }, equals: route, "seed \(seed)")
    }

    @Test("A route without a scope gets the scope of its destination")
    func defaultScope() throws {
        let destination = try prefix("10.0.0.0/8")
        let router = try #require(IPAddress("10.0.0.1"))
        #expect(RouteMessage(to: destination, protocol: .static).scope == .link)
        #expect(RouteMessage(to: destination, via: router, protocol: .static).scope == .universe)
        #expect(RouteMessage(to: try prefix("fd00::/8"), protocol: .static).scope == .universe)
    }

    /// Returns the request that a client sends.
    private func sent(_ body: (inout RouteClient<ScriptedTransport>) throws -> Void) throws -> [UInt8] {
        let kernel = KernelScript(
            .answer { wireAcknowledgement(request: [UInt8](repeating: 0, count: 16), sequence: $0) })
        var client = RouteClient(NetlinkConnection { () throws(SystemError) in kernel.open() })
        try body(&client)
        return try #require(kernel.requests.first)
    }

    private static let allKinds: [LinkKind] =
        MacvlanMode.allCases.map { .macvlan(MacvlanLink(mode: $0)) }
        + IPvlanMode.allCases.flatMap { mode in
            IPvlanFlag.allCases.map { .ipvlan(IPvlanLink(mode: mode, flag: $0)) }
        }
        + [.macvlan(MacvlanLink(mode: .bridge, broadcastQueueLength: 4096))]
        + [.macvtap(MacvlanLink(mode: .vepa)), .ipvtap(IPvlanLink(mode: .l3, flag: .private))]
        + [VLANProtocol.dot1Q, .dot1ad].flatMap { `protocol` in
            [1, 10, 4094].compactMap { VLANID($0) }.map { .vlan(VLANLink(tag: VLANTag(id: $0, protocol: `protocol`))) }
        }
        + [.dummy, .other(name: "bond", data: [8, 0, 1, 0, 0xDC, 5, 0, 0])]
        + [false, true].map { .bridge(BridgeLink(filtersVLANs: $0, protocol: $0 ? .dot1ad : .dot1Q)) }
}
