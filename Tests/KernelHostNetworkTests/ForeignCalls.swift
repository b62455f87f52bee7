import CallTestKit
import DriverCore

extension CallProfile {
    /// Returns valid, partly valid and hostile calls that target foreign links, MAC addresses, IP addresses and routes.
    static func amongForeign(links: [String], macAddresses: [String]) -> CallProfile {
        // Parents that many networks share, with valid and invalid VLAN suffixes, and all other links.
        let meetings = ["p0", "p18", "p16", "br0", "spare", "uplink", "thelongestname"]
        let lowers = links + links.indices.map { meetings[$0 % meetings.count] }
        let suffixes = ["", "", "", "", ".50", ".60", ".70", ".80", ".90", ".60.7", ".90.91", ".0", ".4095"]
        let parents = (lowers + nonsense).flatMap { lower in suffixes.map { lower + $0 } }

        var profile = CallProfile()
        profile.weights = [
            .createNetwork: 12, .deleteNetwork: 2, .createEndpoint: 6, .join: 6, .leave: 1, .operInfo: 1,
            .deleteEndpoint: 4,
        ]
        profile.networks = ForeignHostFixture.networks.map(\.text)
        profile.endpoints = ForeignHostFixture.endpoints.map(\.text)
        profile.networkOptions = [("parent", 5.0 / 6, parents)] + options(links)
        profile.pools = foreignPools
        profile.addresses = [
            "192.168.50.1/24", "10.40.0.1/16", "10.60.0.5/16", "10.70.0.5/16", "10.70.0.6/16", "", "", "", "",
        ]
        profile.internalShare = 1.0 / 8
        profile.macAddresses = macAddresses + macAddresses.map { _ in "02:00:00:00:00:07" }
        profile.macAddressShare = 0.25
        profile.endpointOptions = [("mtu", 1.0 / 6, ["100", "1400", "9000"])]
        profile.hostileIdentifiers = nonsense
        profile.hostileShare = 1.0 / 30
        profile.damagedShare = 0.08
        profile.startedNetworks = usualNetworks
        return profile
    }

    /// Unlikely names of links and networks.
    private static let nonsense = [
        "", "lo", "nothing", "../p0", "p0 ", "p0\n", "%d", ".50", "p0.50.60.70", "p0/50", "-1", "\u{0}", "p0:1", "é",
    ]

    private static func options(_ links: [String]) -> [Option] {
        [
            (
                "mode", 1,
                ["bridge", "bridge", "private", "vepa", "passthru", "l2", "l2", "l3", "l3", "l3s", "source", ""]
            ),
            ("vlan", 0.2, ["50", "60", "81", "90", "60.7", "90.92", "0", "5000", "x"]),
            ("vlan_name", 1.0 / 6, links + ["v1", "v2"] + nonsense + ["v1", "v2"] + nonsense),
            ("vlan_protocol", 1.0 / 9, ["802.1ad", "802.1q", "802.1x"]),
            ("mtu", 1.0 / 6, ["68", "1280", "1400", "1500", "9000", "65535", "-1"]),
            ("bcqueuelen", 1.0 / 8, ["1", "2000", "4294967295"]),
            ("host_routes", 1.0 / 8, ["on", "off"]),
            ("mac", 1.0 / 9, ["02:aa:bb", "random", "01:00"]),
            ("ipvlan_flag", 1.0 / 12, ["private", "vepa"]),
            ("parnet", 1.0 / 20, ["p0"]),
        ]
    }

    /// Lists of up to two subnets, most of which overlap foreign routes and addresses.
    private static let foreignPools: [[EngineCall.Pool]] = {
        let subnets = [
            "192.168.50.0/24", "10.40.0.0/16", "10.60.0.0/16", "10.61.0.0/16", "10.62.0.0/16", "10.63.0.0/16",
            "10.70.0.0/16", "10.71.0.0/24", "fd00:50::/64", "fd00:60::/48", "fd00:61::/48", "fd00:70::/64",
            "0.0.0.0/0", "::/0", "224.0.0.0/4", "127.0.0.0/8",
        ].map { ($0, nil) as EngineCall.Pool }
        let pairs = subnets.flatMap { first in subnets.map { [first, $0] } }
        return pairs + pairs.map { Array($0.prefix(1)) } + pairs.map { _ in [] }
    }()

    /// Typical networks.
    private static let usualNetworks: [(options: [String: String], pools: [EngineCall.Pool])] = {
        let parents = [
            "p0", "p0", "p2", "p18", "p18", "br0", "br0", "spare", "bond0", "p0.90", "p18.100", "p18.100.200",
        ]
        let modes = parents.flatMap { parent in
            ["bridge", "bridge", "bridge", "private", "passthru", "l3", "l3"].map { ["parent": parent, "mode": $0] }
        }
        // The first layer 3 subnets have foreign routes over the same links, which the network uses.
        let layer3 = ["10.62.0.0/16", "10.40.0.0/16", "192.168.50.0/24", "fd00:60::/48", "10.74.0.0/16"]
        let layer2 = ["10.70.0.0/16", "10.72.0.0/16", "10.73.0.0/16"]
        let ipvlan = ["l2", "l3"].map { ["parent": "p16", "mode": $0] }
        return (modes + ipvlan + Array(repeating: [:], count: 7)).flatMap { options in
            options["mode"] == "l3"
                ? layer3.map { (options, [($0, nil)]) } : layer2.flatMap { [(options, []), (options, [($0, nil)])] }
        }
    }()
}
