import CMNL
import DriverCore
import KernelTestKit
import Testing

/// What somebody else has on a host: links, by their numbers, and all addresses and routes that are not those of this
/// program's links.
struct ForeignThings {
    /// What changes though nobody changes it.
    private static let clocks: [String: String] = [
        "\(IFLA_STATS)": "counts packets; some kernels send it unasked",
        "\(IFLA_STATS64)": "the same",
        "\(IFLA_OPERSTATE)": "follows the carrier, which the kernel sees late",
        "\(IFLA_CARRIER)": "the same",
        "\(IFLA_CARRIER_CHANGES)": "the same, counted",
        "\(IFLA_CARRIER_UP_COUNT)": "the same, counted",
        "\(IFLA_CARRIER_DOWN_COUNT)": "the same, counted",
        "\(IFLA_AF_SPEC).\(AF_INET6).\(IFLA_INET6_FLAGS)": "says whether IPv6 has seen the carrier",
        "\(IFLA_AF_SPEC).\(AF_INET6).\(IFLA_INET6_CACHEINFO)": "times of a clock",
        "bridge.\(IFLA_BR_HELLO_TIMER)": "a clock",
        "bridge.\(IFLA_BR_TCN_TIMER)": "a clock",
        "bridge.\(IFLA_BR_TOPOLOGY_CHANGE_TIMER)": "a clock",
        "bridge.\(IFLA_BR_GC_TIMER)": "a clock",
        "bridge port.\(IFLA_BRPORT_MESSAGE_AGE_TIMER)": "a clock",
        "bridge port.\(IFLA_BRPORT_FORWARD_DELAY_TIMER)": "a clock",
        "bridge port.\(IFLA_BRPORT_HOLD_TIMER)": "a clock",
    ]

    /// What the kernel changes of a parent by its own rules while a link of this program's is upon it.
    private static let rules: [String: String] = [
        "\(IFLA_PROMISCUITY)": """
        a parent takes frames for the addresses of the macvlan links upon it; one that cannot filter so many takes \
        all frames, and that of a passthru link does so in any case (macvlan_open, __dev_set_rx_mode)
        """,
        "\(allMulticast)": "the same for groups",
        "macvlan.\(IFLA_MACVLAN_BC_QUEUE_LEN_USED)": """
        the queue of broadcasts is the parent's, and as long as the longest that a macvlan link upon it asks for
        """,
        "macvtap.\(IFLA_MACVLAN_BC_QUEUE_LEN_USED)": "the same",
    ]

    /// `IFLA_ALLMULTI`, newer than the headers that this is compiled with may be.
    private static let allMulticast = 61

    /// Flags that follow the carrier: `IFF_RUNNING`, `IFF_LOWER_UP`, `IFF_DORMANT`.
    private static let carrierFlags: Int32 = 0x40 | 0x1_0000 | 0x2_0000

    private var links: [Int32: KernelRow]
    private let addresses: Set<KernelRow>
    private let routes: Set<KernelRow>
    /// The marks of all other links, by their names.
    let otherMarks: [String: String?]

    /// Reads what there is now; nil stands for everything.
    init(of numbers: Set<Int32>? = nil) throws {
        let all = Dictionary(
            uniqueKeysWithValues: try KernelRow.links().map { row in
                var row = row.leavingOut(Self.clocks.keys)
                row.values["flags"] = row.number("flags").map { bytes($0 & ~Self.carrierFlags) }
                return (try #require(row.number("index")), row)
            })
        let known = numbers ?? Set(all.keys)
        links = all.filter { known.contains($0.key) }
        addresses = Set(
            try KernelRow.addresses().filter { row in row.number("index").map { known.contains($0) } ?? true }
                .map { $0.leavingOut(["\(IFA_CACHEINFO)"]) })
        routes = Set(
            try KernelRow.routes().filter { row in
                // This program's have a number of their own; the kernel makes others for links that are set up.
                row.values["protocol"] != [118] && row.number("\(RTA_OIF.rawValue)").map { known.contains($0) } ?? true
                    && !Self.followsCarrier(row)
            }.map { $0.leavingOut(["\(RTA_CACHEINFO.rawValue)"]) })
        otherMarks = Dictionary(
            all.filter { !known.contains($0.key) }.values.map {
                ($0.text("\(IFLA_IFNAME)") ?? "", $0.text("\(IFLA_IFALIAS)"))
            }, uniquingKeysWith: { $1 })
    }

    /// Whether a route is the one to IPv6's groups, which the kernel gives each link once IPv6 has seen its carrier: that
    /// may be late (net/ipv6/addrconf.c, `addrconf_add_mroute`).
    private static func followsCarrier(_ route: KernelRow) -> Bool {
        route.values["protocol"] == [UInt8(RTPROT_KERNEL)]
            && route.values["header"]?.last == UInt8(RTN_MULTICAST)
    }

    var numbers: Set<Int32> { Set(links.keys) }

    /// The same and links that somebody has made since, with their addresses and routes.
    func adding(_ newcomers: [Int32]) throws -> ForeignThings {
        var now = try ForeignThings(of: numbers.union(newcomers))
        // What the kernel has changed of the others by its rules is to be as it was in the end.
        now.links.merge(links) { $1 }
        return now
    }

    /// What is not as it was; `byRule` lets pass what the kernel changes while links of this program's are there.
    func changes(since before: ForeignThings, byRule: Bool) -> [String] {
        let passed = byRule ? Array(Self.rules.keys) : []
        let ofLinks = before.links.values.flatMap { row -> [String] in
            let name = row.text("\(IFLA_IFNAME)") ?? ""
            guard let now = row.number("index").flatMap({ links[$0] }) else { return ["link \(name) has gone"] }
            return now.leavingOut(passed).difference(from: row.leavingOut(passed)).map { "link \(name) \($0)" }
        }
        return ofLinks + Self.changes("address", addresses, before.addresses)
            + Self.changes("route", routes, before.routes)
    }

    private static func changes(_ noun: String, _ now: Set<KernelRow>, _ before: Set<KernelRow>) -> [String] {
        before.subtracting(now).map { "\(noun) has gone: \($0.values)" }
            + now.subtracting(before).map { "\(noun) has come: \($0.values)" }
    }
}

private func bytes(_ number: Int32) -> [UInt8] {
    withUnsafeBytes(of: number) { Array($0) }
}
