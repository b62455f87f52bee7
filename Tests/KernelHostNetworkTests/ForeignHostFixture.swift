import CMNL
import DriverCore
import DriverTestKit
import KernelTestKit
import NetworkTypes
import RouteNetlink
import TestSupport
import Testing

@testable import KernelHostNetwork

/// A host that has only foreign links, addresses and routes, of every kind in the kernel. Their names, aliases and
/// addresses conflict with those of the driver.
struct ForeignHostFixture {
    static let networks: [NetworkID] = [.first, .second, .third, .swarm]
    static let endpoints = (1...8).map { EndpointID(unchecked: "\($0)" + String(repeating: "e", count: 63)) }

    let host: HostFixture
    private let kinds: Set<OptionalLinkKind>
    /// The tap and tun links, which are deleted with the fixture.
    private var programs: [ProgramLink] = []

    /// Fills the calling thread's network namespace with links of these kinds and with wires.
    init(_ kinds: Set<OptionalLinkKind>) throws {
        self.kinds = kinds
        // Addresses that the kernel adds by itself appear late and would count as changes.
        try setKernelSetting("net/ipv6/conf/default/accept_dad", to: "0")
        try setKernelSetting("net/ipv6/conf/default/addr_gen_mode", to: "1")
        host = try HostFixture()
        for number in 1...9 { try host.makeWire("p\(2 * number)", "p\(2 * number + 1)") }
        try makeMasters()
        try makeUpperLinks()
        try makeNamesakes()
        try makeNearMatches()
        try makePrograms()
        try addName("uplink", to: try host.existing("p0"))
        try host.change(try host.existing("p2"), LinkChanges(isUp: false))
        try makeAddressesAndRoutes()
    }

    /// Creates a link if the kernel has its kind.
    private func make(
        _ text: String, _ kind: OptionalLinkKind, _ link: LinkKind, on parent: String? = nil, up: Bool = true
    ) throws {
        guard kinds.contains(kind) else { return }
        let created = try host.make(text, link, on: try parent.map { try host.existing($0) })
        if up { try host.change(created, LinkChanges(isUp: true)) }
    }

    /// Creates masters, each with one end of a wire as its port.
    private func makeMasters() throws {
        // IFLA_VRF_TABLE, 1000.
        let table: [UInt8] = [8, 0, 1, 0, 0xE8, 3, 0, 0]
        let masters: [(String, OptionalLinkKind, String)] = [
            ("br0", .bridge, "p4"), ("bond0", .bond, "p6"), ("team0", .team, "p8"), ("red", .vrf, "p10"),
        ]
        for (master, kind, port) in masters where kinds.contains(kind) {
            let data = kind == .vrf ? table : []
            let created = try host.make(master, .other(name: kind.rawValue, data: data))
            // A link must be down to become a port of a bond or team.
            try host.change(try host.existing(port), LinkChanges(isUp: false))
            try makePort(try host.existing(port), of: created)
            try host.change(try host.existing(port), LinkChanges(isUp: true))
            try host.change(created, LinkChanges(isUp: true))
        }
    }

    /// Creates upper links that exclude other kinds from their parents, and VLAN links, some named like another VLAN.
    private func makeUpperLinks() throws {
        try make("alone", .macvlan, .macvlan(MacvlanLink(mode: .passthru)), on: "p12")
        try make("their1", .macvlan, .macvlan(MacvlanLink(mode: .bridge)), on: "p14")
        try make("their2", .macvlan, .macvlan(MacvlanLink(mode: .private)), on: "p14", up: false)
        try make("their3", .macvtap, .macvtap(MacvlanLink(mode: .vepa)), on: "p14")
        try make("their4", .ipvlan, .ipvlan(IPvlanLink(mode: .l2, flag: .private)), on: "p16")
        try make("guests", .vlan, .vlan(VLANLink(tag: 50)), on: "p0")
        try make("p0.60", .vlan, .vlan(VLANLink(tag: 60)), on: "p0")
        try make("p0.60.7", .vlan, .vlan(VLANLink(tag: 7)), on: "p0.60")
        try make("p0.80", .vlan, .vlan(VLANLink(tag: 81)), on: "p0")
        try make("p2.50", .vlan, .vlan(VLANLink(tag: 50)), on: "p2", up: false)
        try make("spare", .dummy, .dummy)
    }

    /// Creates links with names that the driver would choose.
    private func makeNamesakes() throws {
        let tag = try #require(VLANID(50))
        let long = "thelongestname"
        try host.makeWire(long, "p99")
        try host.makeWire("p0.70", "p14.50")
        try host.makeWire(try #require(LinkNames.vlan(tag, on: LinkName(try name(long)))).text, "p98")
        let parents = try Self.networks[..<2].map { try #require(LinkNames.isolatedParent($0)).text }
        try host.makeWire(parents[0], "p97")
        try make(parents[1], .dummy, .dummy)
        let links = try Self.endpoints[..<3].map { try #require(LinkNames.endpoint($0)).text }
        try host.makeWire(links[0], "p96")
        try make(links[1], .macvlan, .macvlan(MacvlanLink(mode: .bridge)), on: "p14")
        try make(links[2], .bridge, .other(name: "bridge", data: []))
    }

    /// Creates links with aliases and groups that almost match those of the driver.
    private func makeNearMatches() throws {
        let nearMatches: [LinkChanges] = [
            LinkChanges(alias: "swiftvlan"), LinkChanges(alias: "swiftvlan  vlan"),
            LinkChanges(alias: "Swiftvlan retired"), LinkChanges(alias: "swiftvlan endpoint a/b"),
            LinkChanges(alias: "swiftvlan isolated"), LinkChanges(group: .unfinished),
            LinkChanges(group: LinkGroup(rawValue: 1)), LinkChanges(alias: "theirs", group: .unfinished),
        ]
        for (number, changes) in nearMatches.enumerated() {
            try host.makeWire("near\(number)", "far\(number)")
            try host.change(try host.existing("near\(number)"), changes)
        }
        guard kinds.contains(.macvlan) else { return }
        // The driver's kind and group: only the alias shows that the link is foreign.
        try make("near8", .macvlan, .macvlan(MacvlanLink(mode: .bridge)), on: "p14")
        try host.change(try host.existing("near8"), LinkChanges(alias: "theirs", group: .unfinished))
    }

    private mutating func makePrograms() throws {
        guard kinds.contains(.tun) else { return }
        programs = [try ProgramLink("tap0", isTap: true), try ProgramLink("tun0", isTap: false)]
        for text in ["tap0", "tun0"] { try host.change(try host.existing(text), LinkChanges(isUp: true)) }
    }

    /// Adds routes to subnets of networks: through routers, over other links, blackhole routes, and in another table.
    private func makeAddressesAndRoutes() throws {
        let (first, second) = (host.parent, try #require(try host.kernel.link(named: "p18")))
        try host.add("192.168.50.1/24", to: first)
        try host.add("fd00:50::1/64", to: first)
        try host.add("10.40.0.1/16", to: second)
        // Even without DAD, the kernel keeps an address tentative until IPv6 notices the link's carrier, which may be late on
        // a busy kernel (`addrconf_dad_begin` in net/ipv6/addrconf.c).
        let isUsable = try eventually {
            try KernelRow.addresses().allSatisfy { ($0.number("\(IFA_FLAGS)") ?? 0) & Int32(IFA_F_TENTATIVE) == 0 }
        }
        #expect(isUsable)
        let routes = [
            RouteMessage(to: "10.60.0.0/16", via: "192.168.50.9", link: first.index, protocol: .boot),
            RouteMessage(to: "10.61.0.0/16", type: .blackhole, protocol: .static),
            RouteMessage(to: "10.62.0.0/16", link: second.index, protocol: .static),
            RouteMessage(to: "10.62.0.0/16", link: first.index, protocol: .static, metric: 100),
            RouteMessage(to: "10.63.0.0/16", link: second.index, table: 100, protocol: .static),
            RouteMessage(to: "0.0.0.0/0", via: "192.168.50.254", link: first.index, protocol: .static),
            RouteMessage(to: "fd00:60::/48", link: second.index, protocol: .static),
            RouteMessage(to: "fd00:61::/48", via: "fd00:50::9", link: first.index, protocol: .boot),
        ]
        for route in routes { try host.add(route) }
    }
}
