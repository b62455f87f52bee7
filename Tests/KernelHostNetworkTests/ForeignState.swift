import CMNL
import DriverCore
import KernelTestKit
import Testing

/// The foreign state of a host: links by index, and all addresses and routes except those of the driver's links.
struct ForeignState {
    /// Attributes that change by themselves.
    private static let clocks: [String: String] = [
        "\(IFLA_STATS)": "counts packets; some kernels report it unasked",
        "\(IFLA_STATS64)": "the same",
        "\(IFLA_OPERSTATE)": "follows the carrier, which the kernel notices late",
        "\(IFLA_CARRIER)": "the same",
        "\(IFLA_CARRIER_CHANGES)": "the same, counted",
        "\(IFLA_CARRIER_UP_COUNT)": "the same, counted",
        "\(IFLA_CARRIER_DOWN_COUNT)": "the same, counted",
        "\(IFLA_AF_SPEC).\(AF_INET6).\(IFLA_INET6_FLAGS)": "shows whether IPv6 has noticed the carrier",
        "\(IFLA_AF_SPEC).\(AF_INET6).\(IFLA_INET6_CACHEINFO)": "times of a clock",
        "bridge.\(IFLA_BR_HELLO_TIMER)": "a clock",
        "bridge.\(IFLA_BR_TCN_TIMER)": "a clock",
        "bridge.\(IFLA_BR_TOPOLOGY_CHANGE_TIMER)": "a clock",
        "bridge.\(IFLA_BR_GC_TIMER)": "a clock",
        "bridge port.\(IFLA_BRPORT_MESSAGE_AGE_TIMER)": "a clock",
        "bridge port.\(IFLA_BRPORT_FORWARD_DELAY_TIMER)": "a clock",
        "bridge port.\(IFLA_BRPORT_HOLD_TIMER)": "a clock",
    ]

    /// Attributes of a parent that the kernel changes while the parent has an upper link of the driver.
    private static let rules: [String: String] = [
        "\(IFLA_PROMISCUITY)": """
        a parent receives frames for the addresses of the macvlan links on it; a parent that cannot filter so many \
        addresses, or that has a passthru link, receives all frames (macvlan_open, __dev_set_rx_mode)
        """,
        "\(allMulticast)": "the same for groups",
        "macvlan.\(IFLA_MACVLAN_BC_QUEUE_LEN_USED)": """
        the broadcast queue belongs to the parent, with the largest length that a macvlan link on it requests
        """,
        "macvtap.\(IFLA_MACVLAN_BC_QUEUE_LEN_USED)": "the same",
    ]

    /// `IFLA_ALLMULTI`, which older kernel headers lack.
    private static let allMulticast = 61

    /// Flags that follow the carrier: `IFF_RUNNING`, `IFF_LOWER_UP`, `IFF_DORMANT`.
    private static let carrierFlags: Int32 = 0x40 | 0x1_0000 | 0x2_0000

    private var links: [Int32: KernelRow]
    private let addresses: Set<KernelRow>
    private let routes: Set<KernelRow>
    /// The aliases of all other links, by name.
    let otherAliases: [String: String?]

    /// Reads the current state of the links with these indexes, or of all links if nil.
    init(of indexes: Set<Int32>? = nil) throws {
        let all = Dictionary(
            uniqueKeysWithValues: try KernelRow.links().map { row in
                var row = row.leavingOut(Self.clocks.keys)
                row.values["flags"] = row.number("flags").map { bytes($0 & ~Self.carrierFlags) }
                return (try #require(row.number("index")), row)
            })
        let known = indexes ?? Set(all.keys)
        links = all.filter { known.contains($0.key) }
        addresses = Set(
            try KernelRow.addresses().filter { row in row.number("index").map { known.contains($0) } ?? true }
                .map { $0.leavingOut(["\(IFA_CACHEINFO)"]) })
        routes = Set(
            try KernelRow.routes().filter { row in
                // The driver's routes have its protocol number. The kernel adds others for links that are up.
                row.values["protocol"] != [118] && row.number("\(RTA_OIF.rawValue)").map { known.contains($0) } ?? true
                    && !Self.followsCarrier(row)
            }.map { $0.leavingOut(["\(RTA_CACHEINFO.rawValue)"]) })
        otherAliases = Dictionary(
            all.filter { !known.contains($0.key) }.values.map {
                ($0.text("\(IFLA_IFNAME)") ?? "", $0.text("\(IFLA_IFALIAS)"))
            }, uniquingKeysWith: { $1 })
    }

    /// Returns whether a route is the IPv6 multicast route, which the kernel adds once IPv6 notices the link's carrier.
    /// That may be late (net/ipv6/addrconf.c, `addrconf_add_mroute`).
    private static func followsCarrier(_ route: KernelRow) -> Bool {
        route.values["protocol"] == [UInt8(RTPROT_KERNEL)]
            && route.values["header"]?.last == UInt8(RTN_MULTICAST)
    }

    var indexes: Set<Int32> { Set(links.keys) }

    /// Returns this state plus new foreign links, with their addresses and routes.
    func adding(_ newcomers: [Int32]) throws -> ForeignState {
        var now = try ForeignState(of: indexes.union(newcomers))
        // Keep the old attributes of the other links: the kernel must restore those that it changes for the driver's links.
        now.links.merge(links) { $1 }
        return now
    }

    /// Returns the differences. `byRule` ignores attributes that the kernel changes while links of the driver exist.
    func changes(since before: ForeignState, byRule: Bool) -> [String] {
        let ignored = byRule ? Array(Self.rules.keys) : []
        let ofLinks = before.links.values.flatMap { row -> [String] in
            let name = row.text("\(IFLA_IFNAME)") ?? ""
            guard let now = row.number("index").flatMap({ links[$0] }) else { return ["link \(name) is gone"] }
            return now.leavingOut(ignored).difference(from: row.leavingOut(ignored)).map { "link \(name) \($0)" }
        }
        return ofLinks + Self.changes("address", addresses, before.addresses)
            + Self.changes("route", routes, before.routes)
    }

    private static func changes(_ kind: String, _ now: Set<KernelRow>, _ before: Set<KernelRow>) -> [String] {
        before.subtracting(now).map { "\(kind) is gone: \($0.values)" }
            + now.subtracting(before).map { "\(kind) is new: \($0.values)" }
    }
}

private func bytes(_ number: Int32) -> [UInt8] { withUnsafeBytes(of: number) { Array($0) } }
