import Netlink
import NetlinkTestKit
import NetworkTypes
import RouteNetlink
import TestSupport
import Testing

@Suite("Captured answers of the kernel")
struct ReplyVectorTests {
    @Test("A link is read with its kind and all its settings", arguments: LinkVector.all)
    func link(_ vector: LinkVector) throws {
        let captured = try Vector("reply-link-\(vector.name)")
        #expect(captured.messages.count == 1)
        let message = try #require(captured.messages.first)
        let link = try #require(try withMessage(message) { try LinkMessage(decoding: $0) })
        #expect(LinkFacts(link) == vector.facts)
    }

    @Test("The alternative names of a link are read")
    func alternativeNames() throws {
        let message = try #require(try Vector("reply-link-bridge-filtering").messages.first)
        let link = try #require(try withMessage(message) { try LinkMessage(decoding: $0) })
        #expect(link.alternativeNames == ["lan1", "an-alternative-name-of-more-than-fifteen-bytes"])
    }

    @Test("The VLANs of bridges and their ports are read, single ones and ranges")
    func bridgeVLANs() throws {
        let answers = try messages("bridge-vlans", BridgeVLANMessage.init)
        #expect(answers.map(\.index.number) == [0x14, 0x19, 0x1B])
        #expect(answers.map(\.bridge?.number) == [0x14, 0x1B, 0x1B])
        let standard = BridgeVLANMessage.Range(1...1, isPVID: true, isUntagged: true)
        #expect(
            answers.map(\.ranges) == [
                [standard], [standard, .init(100...200), .init(4094...4094, isUntagged: true)],
                [standard, .init(7...7)],
            ])
    }

    @Test("Every captured link is compared with the expected facts")
    func allAreUsed() throws {
        let captured = try Vector.names().filter { $0.hasPrefix("reply-link-") }
        #expect(captured == LinkVector.all.map { "reply-link-\($0.name)" }.sorted())
    }

    @Test("Routes of both families are read, without local and multicast routes")
    func routes() throws {
        try expect(
            messages("routes-v4", RouteMessage.init),
            equals: [
                Routes.tableV4(), Routes.defaultV4(), Routes.connected("10.1.0.0/24", source: "10.1.0.2"),
                Routes.linkV4(), Routes.connected("10.3.0.2/32", source: "10.3.0.1"), Routes.unreachableV4(),
            ])
        try expect(
            Set(messages("routes-v6", RouteMessage.init)),
            equals: [
                Routes.connected("fd00::/64"), Routes.linkV6(), Routes.connected("fe80::/64"),
                Routes.connected("fe80::/64", on: 2), Routes.defaultV6(),
            ])
    }

    @Test("Multipath routes and routes that reject packets are read")
    func otherRoutes() throws {
        try expect(
            messages("routes-other-v4", RouteMessage.init),
            equals: [
                Routes.connected("10.1.0.0/24", source: "10.1.0.2"),
                Routes.connected("10.3.0.2/32", source: "10.3.0.1"),
                Routes.unreachableV4(), Routes.metricV4(), Routes.other("10.8.0.0/16", .blackhole),
                Routes.other("10.9.0.0/16", .prohibit), Routes.other("10.10.0.0/16", .throw),
                Routes.other("10.11.0.0/16", .unicast), Routes.other("10.12.0.0/16", .unicast),
            ])
        try expect(
            Set(messages("routes-other-v6", RouteMessage.init)),
            equals: [
                Routes.connected("fd00::/64"), Routes.other("fd00:8::/48", .blackhole, on: 1),
                Routes.other("fd00:9::/48", .prohibit, on: 1), Routes.other("fd00:10::/48", .throw, on: 1),
                Routes.other("fd00:11::/48", .unicast), Routes.other("fd00:12::/48", .unicast),
                Routes.connected("fe80::/64"), Routes.connected("fe80::/64", on: 2), Routes.defaultV6(),
            ])
    }

    @Test("Addresses of both families are read with their origin, the local one on a link with a peer")
    func addresses() throws {
        func own(_ text: String, _ flags: AddressFlags, _ origin: AddressOrigin = .unspecified) throws -> AddressMessage
        {
            AddressMessage(link: try index(3), prefix: try prefix(text), flags: flags, origin: origin)
        }
        let permanent = AddressFlags(rawValue: 0x80)
        try expect(
            messages("addresses", AddressMessage.init),
            equals: [
                own("10.1.0.2/24", permanent), own("10.3.0.1/32", permanent),
                own("fd00:3::1/128", [permanent, .noPrefixRoute, .noDuplicateDetection]), own("fd00::2/64", permanent),
                own("fe80::42:acff:fe11:1/64", permanent, AddressOrigin(rawValue: 3)),
            ])
        #expect(AddressOrigin.kernel.contains(AddressOrigin(rawValue: 3)))
    }

    @Test("The IDs of network namespaces are read")
    func namespaces() throws {
        // `ip` queries each namespace again before it prints the list.
        let zero = NamespaceID(rawValue: 0)
        try expect(messages("namespaces", NamespaceID.init), equals: [zero, zero])
    }

    @Test("The MAC addresses that a link receives frames for are read")
    func forwarding() throws {
        let entries = try messages("forwarding", ForwardingEntry.init)
        let mine = ["02:42:ac:11:00:06", "33:33:00:00:00:01"]
        #expect(entries.prefix(2).map(\.macAddress.description) == mine)
        try expect(Set(entries.map(\.link)), equals: [index(3)])
    }

    @Test("The neighbors of a link are read with their state and protocol")
    func neighbors() throws {
        var stale = try neighbor("10.6.1.6")
        (stale.macAddress, stale.state) = (MACAddress(bits: 0x0242_AC11_000D), NeighborState(rawValue: 4))
        stale.protocol = nil
        // The kernel has entries for multicast addresses too, in the state NUD_NOARP.
        let entries = try messages("neighbors", NeighborMessage.init).filter { $0.state.rawValue != 64 }
        try expect(Set(entries), equals: [neighbor("10.6.1.5"), neighbor("fd00:6::5"), stale])
        try expect(messages("forwarding", NeighborMessage.init), equals: [])
    }

    @Test("The classic BPF filters of a link are read, without the entries of their priorities")
    func filters() throws {
        let other = IngressFilter(
            link: try index(3), handle: 5, priority: 2, program: [FilterInstruction(code: 6, operand: 0)],
            isDirectAction: false)
        try expect(messages("filters", IngressFilter.init), equals: [capturedFilter(), other])
    }

    private func messages<Value>(_ vector: String, _ decode: (borrowing Message) throws -> Value?) throws -> [Value] {
        try Vector("reply-\(vector)").messages.compactMap { try withMessage($0, decode) ?? nil }
    }
}

/// The facts that are read about a link.
struct LinkFacts: Hashable {
    let index: Int32
    let name: String
    var flags: UInt32 = 0x1002
    var mtu: UInt32? = 9000
    var macAddress: String? = "02:42:ac:11:00:01"
    var lower: Int32? = 3
    var lowerNamespace: Int32?
    var master: Int32?
    var alias: String?
    var group: UInt32 = 0
    var isEthernet = true
    var kind: LinkKind?
    var ipv6AddressGeneration: IPv6AddressGeneration? = .eui64

    init(_ index: Int32, _ name: String, _ kind: LinkKind?, _ adjust: (inout LinkFacts) -> Void = { _ in }) {
        self.index = index
        self.name = name
        self.kind = kind
        adjust(&self)
    }

    init(_ link: LinkMessage) {
        index = link.index.number
        name = link.name
        flags = link.flags
        mtu = link.mtu
        macAddress = link.macAddress?.description
        lower = link.lowerIndex?.number
        lowerNamespace = link.lowerNamespace?.rawValue
        master = link.masterIndex?.number
        alias = link.alias
        group = link.group.rawValue
        isEthernet = link.isEthernet
        kind = link.kind
        ipv6AddressGeneration = link.ipv6AddressGeneration
    }
}

/// A captured link and the facts that must be read from it.
struct LinkVector: Sendable, CustomTestStringConvertible {
    let name: String
    let facts: LinkFacts

    var testDescription: String { name }

    static let all: [LinkVector] =
        // The indexes follow the order in which the links were captured.
        [MacvlanMode.private, .vepa, .bridge, .passthru].enumerated().map { position, mode in
            LinkVector(
                name: "macvlan-\(mode)",
                facts: LinkFacts(4 + Int32(position), "mv0", macvlan(mode)) {
                    $0.mtu = 1400
                    if mode != .passthru { $0.macAddress = "02:42:ac:11:00:02" }
                })
        }
        + [IPvlanMode.l2, .l3, .l3s].enumerated().flatMap { row, mode in
            [IPvlanFlag.bridge, .private, .vepa].enumerated().map { column, flag in
                LinkVector(
                    name: "ipvlan-\(mode)-\(flag)",
                    facts: LinkFacts(8 + Int32(row * 3 + column), "iv0", .ipvlan(IPvlanLink(mode: mode, flag: flag))))
            }
        } + [
            vlan("802.1q", 0x11, 10, .dot1Q), vlan("802.1ad", 0x12, 4094, .dot1ad),
            LinkVector(
                name: "veth",
                facts: LinkFacts(3, "p0", .other(name: "veth", data: [])) {
                    $0.flags = 0x1003
                    $0.lower = 2
                    $0.alias = "office: web"
                }),
            LinkVector(name: "dummy", facts: LinkFacts(0x13, "dm0", .dummy) { standAlone(&$0) }),
            LinkVector(
                name: "bridge",
                facts: LinkFacts(0x14, "br0", .bridge(BridgeLink(filtersVLANs: false))) {
                    standAlone(&$0)
                    $0.flags = 0x1002
                    $0.macAddress = "02:42:ac:11:00:04"
                }),
            LinkVector(
                name: "bridge-filtering",
                facts: LinkFacts(0x1B, "br1", .bridge(BridgeLink(filtersVLANs: true, protocol: .dot1ad))) {
                    standAlone(&$0)
                    $0.flags = 0x1002
                    $0.macAddress = "02:42:ac:11:00:0b"
                }),
            LinkVector(
                name: "bridge-port",
                facts: LinkFacts(0x13, "dm1", .dummy) {
                    standAlone(&$0)
                    $0.master = 0x14
                }),
            LinkVector(
                name: "elsewhere",
                facts: LinkFacts(0x15, "mv9", macvlan(.bridge)) {
                    $0.macAddress = "02:42:ac:11:00:05"
                    $0.lowerNamespace = 0
                }),
            LinkVector(
                name: "macvlan-queue",
                facts: LinkFacts(0x16, "mv0", macvlan(.bridge, queue: 4096)) {
                    $0.macAddress = "02:42:ac:11:00:06"
                    $0.group = 1234
                }),
            LinkVector(
                name: "macvtap",
                facts: LinkFacts(0x17, "mt0", .macvtap(MacvlanLink(mode: .vepa, broadcastQueueLength: 1000))) {
                    $0.macAddress = "02:42:ac:11:00:07"
                }),
            LinkVector(
                name: "ipvtap", facts: LinkFacts(0x18, "it0", .ipvtap(IPvlanLink(mode: .l3, flag: .private)))),
            LinkVector(
                name: "loopback",
                facts: LinkFacts(1, "lo", nil) {
                    standAlone(&$0)
                    $0.flags = 0x8
                    $0.isEthernet = false
                    $0.mtu = 65536
                    $0.macAddress = "00:00:00:00:00:00"
                }),
        ]

    /// Returns a macvlan kind. The kernel's default queue holds 1000 packets.
    private static func macvlan(_ mode: MacvlanMode, queue: UInt32 = 1000) -> LinkKind {
        .macvlan(MacvlanLink(mode: mode, broadcastQueueLength: queue))
    }

    private static func vlan(_ text: String, _ index: Int32, _ id: UInt16, _ protocol: VLANProtocol) -> LinkVector {
        let kind = VLANID(id).map { LinkKind.vlan(VLANLink(tag: VLANTag(id: $0, protocol: `protocol`))) }
        return LinkVector(name: "vlan-\(text)", facts: LinkFacts(index, "p0.\(id)", kind))
    }

    private static func standAlone(_ facts: inout LinkFacts) {
        facts.flags = 0x82
        facts.lower = nil
        facts.mtu = 1500
        facts.macAddress = "02:42:ac:11:00:03"
    }
}
