import Netlink
import NetlinkTestKit
import NetworkTypes
import RouteNetlink
import SystemCalls
import Testing

@Suite("Requests compared with those of ip")
struct RequestVectorTests {
    @Test("A request means the same as the one that ip sends", arguments: RequestVector.all)
    func request(_ ours: RequestVector) throws {
        let captured = try Vector("request-\(ours.vector)")
        let theirs = try #require(captured.messages.first)
        let kernel = KernelScript(
            .answer { wireAcknowledgement(request: theirs, sequence: $0) })
        var client = RouteClient(NetlinkConnection { () throws(SystemError) in kernel.open() })
        try ours.send(&client)
        #expect(kernel.requests.map { MessageMeaning($0) } == [MessageMeaning(theirs)], "\(captured.command)")
        #expect(captured.messages.count == 1)
        #expect(MessageMeaning(theirs).garbage == [])
    }

    @Test("Every captured request is compared with one of ours")
    func allAreUsed() throws {
        let captured = try Vector.names().filter { $0.hasPrefix("request-") }
        #expect(captured == RequestVector.all.map { "request-\($0.vector)" }.sorted())
    }
}

/// A captured request and our request with the same meaning.
struct RequestVector: Sendable, CustomTestStringConvertible {
    typealias Client = RouteClient<ScriptedTransport>

    let vector: String
    let send: @Sendable (inout Client) throws -> Void

    var testDescription: String { vector }

    init(_ vector: String, _ send: @escaping @Sendable (inout Client) throws -> Void) {
        self.vector = vector
        self.send = send
    }

    static let all: [RequestVector] = links + kinds + addresses + routes + neighbors + filters

    private static let links: [RequestVector] = [
        change("up", 3, LinkChanges(isUp: true)),
        change("down", 2, LinkChanges(isUp: false)),
        change("mtu", 3, LinkChanges(mtu: 9000)),
        change("alias", 3, LinkChanges(alias: "office: web")),
        change("group", 3, LinkChanges(group: LinkGroup(rawValue: 1234))),
        change("address-generation", 3, LinkChanges(ipv6AddressGeneration: .noAddress)),
        RequestVector("group-delete") { try $0.delete(LinkGroup(rawValue: 1234)) },
        RequestVector("bridge-vlans") { _ = try $0.bridgeVLANs() },
        RequestVector("delete") { try $0.delete(index(6), named: "mv0") },
    ]

    private static let kinds: [RequestVector] =
        MacvlanMode.allCases.map { mode in
            create(
                "macvlan-\(mode)", "mv0", .macvlan(MacvlanLink(mode: mode)), on: 3,
                macAddress: MACAddress(bits: 0x0242_AC11_0002), mtu: 1400)
        }
        + IPvlanMode.allCases.flatMap { mode in
            IPvlanFlag.allCases.map { flag in
                create("ipvlan-\(mode)-\(flag)", "iv0", .ipvlan(IPvlanLink(mode: mode, flag: flag)), on: 3)
            }
        } + [
            RequestVector("vlan-802.1q") {
                let tag = VLANTag(id: try #require(VLANID(10)))
                try $0.create(newLink("p0.10", .vlan(VLANLink(tag: tag)), on: 3))
            },
            RequestVector("vlan-802.1ad") {
                let tag = VLANTag(id: try #require(VLANID(4094)), protocol: .dot1ad)
                try $0.create(newLink("p0.4094", .vlan(VLANLink(tag: tag)), on: 3))
            },
            RequestVector("veth-pair") { try $0.create(newLink("p0", .veth(peer: try name("p1")))) },
            create(
                "macvlan-queue", "mv0", .macvlan(MacvlanLink(mode: .bridge, broadcastQueueLength: 4096)), on: 3),
            create(
                "macvtap", "mt0", .macvtap(MacvlanLink(mode: .vepa)), on: 3,
                macAddress: MACAddress(bits: 0x0242_AC11_0007)),
            create("ipvtap", "it0", .ipvtap(IPvlanLink(mode: .l3, flag: .private)), on: 3),
            create("dummy", "dm0", .dummy),
            create("bridge", "br0", .other(name: "bridge", data: [])),
            create("bridge-filtering", "br1", .bridge(BridgeLink(filtersVLANs: true, protocol: .dot1ad))),
        ]

    private static let addresses: [RequestVector] =
        [("v4", "10.1.0.2/24"), ("v6", "fd00::2/64")].flatMap {
            family, text in
            [
                RequestVector("address-\(family)-add") { try $0.add(address(text), linkName: "p0") },
                RequestVector("address-\(family)-delete") { try $0.remove(address(text), linkName: "p0") },
            ]
        } + [
            RequestVector("address-v4-flags") {
                let own = AddressMessage(
                    link: try index(0x18), prefix: try prefix("10.1.0.9/32"), flags: .noPrefixRoute)
                try $0.add(own, linkName: "it0")
            },
            RequestVector("address-v6-flags") {
                let own = AddressMessage(
                    link: try index(0x18), prefix: try prefix("fd00::9/128"),
                    flags: [.noPrefixRoute, .noDuplicateDetection])
                try $0.add(own, linkName: "it0")
            },
        ]

    private static let routes: [RequestVector] = [
        RequestVector("route-default-v4") { try $0.add(Routes.defaultV4()) },
        RequestVector("route-default-v4-delete") { try $0.remove(Routes.defaultV4()) },
        RequestVector("route-link-v4") { try $0.add(Routes.linkV4()) },
        RequestVector("route-table-v4") { try $0.add(Routes.tableV4()) },
        RequestVector("route-default-v6") { try $0.add(Routes.defaultV6()) },
        RequestVector("route-link-v6") { try $0.add(Routes.linkV6()) },
        RequestVector("route-link-v6-delete") { try $0.remove(Routes.linkV6()) },
        RequestVector("route-own-v4") { try $0.add(Routes.own("10.6.0.0/16")) },
        RequestVector("route-own-v4-delete") { try $0.remove(Routes.own("10.6.0.0/16")) },
        RequestVector("route-own-v6") { try $0.add(Routes.own("fd00:6::/48")) },
        RequestVector("route-own-v6-delete") { try $0.remove(Routes.own("fd00:6::/48")) },
        RequestVector("route-metric-v4") { try $0.add(Routes.metricV4()) },
        RequestVector("route-shim-v4") { try $0.add(Routes.shim("10.6.1.5/32", source: "10.1.0.2")) },
        RequestVector("route-shim-v6") { try $0.add(Routes.shim("fd00:6::5/128", source: "fd00::2")) },
        RequestVector("route-shim-v4-replace") { try $0.replace(Routes.shim("10.6.1.5/32", source: "10.1.0.9")) },
        RequestVector("route-shim-v6-replace") { try $0.replace(Routes.shim("fd00:6::5/128", source: "fd00::9")) },
    ]

    private static let neighbors: [RequestVector] =
        [("v4", "10.6.1.5"), ("v6", "fd00:6::5")].flatMap { family, text in
            [
                RequestVector("neighbor-\(family)") { try $0.put(neighbor(text), linkName: "p0") },
                RequestVector("neighbor-\(family)-delete") { try $0.remove(neighbor(text), linkName: "p0") },
            ]
        } + [RequestVector("neighbors-dump") { _ = try $0.neighbors(on: try index(3)) }]

    private static let filters = [
        RequestVector("clsact") { try $0.addFilterDiscipline(to: try index(3), named: "p0") },
        RequestVector("filter") { try $0.put(try capturedFilter(), linkName: "p0") },
        RequestVector("filters-dump") { _ = try $0.ingressFilters(of: try index(3)) },
    ]

    private static func change(_ vector: String, _ link: Int32, _ changes: LinkChanges) -> RequestVector {
        RequestVector(vector) { try $0.change(index(link), named: "", changes) }
    }

    private static func create(
        _ vector: String, _ text: String, _ kind: LinkKind, on parent: Int32? = nil, macAddress: MACAddress? = nil,
        mtu: UInt32? = nil
    ) -> RequestVector {
        RequestVector(vector) {
            var link = try newLink(text, kind, on: parent)
            link.macAddress = macAddress
            link.mtu = mtu
            try $0.create(link)
        }
    }
}
