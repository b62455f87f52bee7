import DriverCore
import TestSupport

/// A call as it arrives from the engine, or from somebody who is none.
struct ForeignCall {
    let method: String
    var body: String

    var path: String { "/NetworkDriver.\(method)" }
}

/// Makes up calls: good ones, half good ones and hostile ones, in any order.
struct ForeignCalls {
    private static let modes = [
        "bridge", "bridge", "private", "vepa", "passthru", "l2", "l2", "l3", "l3", "l3s", "source", "",
    ]
    /// The last are no VLANs.
    private static let suffixes = ["", "", "", "", ".50", ".60", ".70", ".80", ".90", ".60.7", ".90.91", ".0", ".4095"]
    /// What nobody would name a link or a network.
    private static let nonsense = [
        "", "lo", "nothing", "../p0", "p0 ", "p0\n", "%d", ".50", "p0.50.60.70", "p0/50", "-1", "\u{0}", "p0:1", "é",
    ]
    /// Most of them are those of routes and addresses that are somebody's.
    private static let subnets = [
        "192.168.50.0/24", "10.40.0.0/16", "10.60.0.0/16", "10.61.0.0/16", "10.62.0.0/16", "10.63.0.0/16",
        "10.70.0.0/16", "10.71.0.0/24", "fd00:50::/64", "fd00:60::/48", "fd00:61::/48", "fd00:70::/64", "0.0.0.0/0",
        "::/0", "224.0.0.0/4", "127.0.0.0/8",
    ]
    private static let addresses = [
        "192.168.50.1/24", "10.40.0.1/16", "10.60.0.5/16", "10.70.0.5/16", "10.70.0.6/16", "", "", "", "",
    ]

    var random: SeededGenerator
    /// The names of the links that are somebody else's.
    let links: [String]
    /// Their MAC addresses.
    let macAddresses: [String]
    /// The rest of a container's start as it should be.
    private var planned: [ForeignCall] = []

    init(seed: UInt64, links: [String], macAddresses: [String]) {
        random = SeededGenerator(seed: seed)
        self.links = links
        self.macAddresses = macAddresses
    }

    /// One in ten is damaged on its way, and now and then a container's start is interrupted by other calls.
    mutating func next() -> ForeignCall {
        if planned.isEmpty, chance(5) { planned = start() }
        if !planned.isEmpty, !chance(4) { return planned.removeFirst() }
        var call = any()
        if chance(10) { call.body = String(decoding: Array(call.body.utf8).damaged(using: &random), as: UTF8.self) }
        return call
    }

    private mutating func any() -> ForeignCall {
        switch Int.random(in: 0..<16, using: &random) {
        case 0...5:
            let pools = (0..<Int.random(in: 0...2, using: &random)).map { _ in pick(Self.subnets) }
            return createNetwork(network(), options(), pools)
        case 6: return ForeignCall(method: "DeleteNetwork", body: #"{"NetworkID":\#(quoted(network()))}"#)
        case 7...9: return createEndpoint()
        case 10...12: return ForeignCall(method: "Join", body: "{\(ids())}")
        case 13: return ForeignCall(method: pick(["Leave", "EndpointOperInfo"]), body: "{\(ids())}")
        default: return ForeignCall(method: "DeleteEndpoint", body: "{\(ids())}")
        }
    }

    /// A network as most users want it, and a container in it.
    private mutating func start() -> [ForeignCall] {
        let network = pick(ForeignHost.networks).text
        let ids = #""NetworkID":"\#(network)","EndpointID":"\#(pick(ForeignHost.endpoints))""#
        let parents = ["p0", "p0", "p2", "p18", "p18", "br0", "br0", "spare", "p16", "bond0", ""]
        let parent = pick(parents + ["p0.90", "p18.100", "p18.100.200"])
        let modes = parent == "p16" ? ["l2", "l3"] : ["bridge", "bridge", "bridge", "private", "passthru", "l3", "l3"]
        let mode = pick(modes)
        let options = parent.isEmpty ? [:] : ["parent": parent, "mode": mode]
        // At layer 3 the first of them are those of routes over the same links, which serve the network.
        let layer3 = ["10.62.0.0/16", "10.40.0.0/16", "192.168.50.0/24", "fd00:60::/48", "10.74.0.0/16"]
        let pools = mode == "l3" ? [pick(layer3)] : chance(2) ? [] : ["10.7\(pick(["0", "2", "3"])).0.0/16"]
        return [
            createNetwork(network, options, pools), ForeignCall(method: "CreateEndpoint", body: "{\(ids)}"),
            ForeignCall(method: "Join", body: "{\(ids)}"),
        ]
    }

    private mutating func createNetwork(
        _ network: String, _ options: [String: String], _ pools: [String]
    ) -> ForeignCall {
        let pools = pools.map { #"{"Pool":"\#($0)"}"# }
        let generic = options.sorted { $0.key < $1.key }.map { "\(quoted($0.key)):\(quoted($0.value))" }
        let isInternal = chance(8)
        return ForeignCall(
            method: "CreateNetwork",
            body: """
                {"NetworkID":\(quoted(network)),"Options":{"com.docker.network.generic":{\
                \(generic.joined(separator: ","))},"com.docker.network.internal":\(isInternal)},\
                "IPv4Data":[\(pools.joined(separator: ","))]}
                """)
    }

    private mutating func options() -> [String: String] {
        var options = ["mode": pick(Self.modes)]
        if !chance(6) { options["parent"] = parent() }
        if chance(5) { options["vlan"] = pick(["50", "60", "81", "90", "60.7", "90.92", "0", "5000", "x"]) }
        if chance(6) { options["vlan_name"] = chance(2) ? pick(links) : pick(["v1", "v2"] + Self.nonsense) }
        if chance(9) { options["vlan_protocol"] = pick(["802.1ad", "802.1q", "802.1x"]) }
        if chance(6) { options["mtu"] = pick(["68", "1280", "1400", "1500", "9000", "65535", "-1"]) }
        if chance(8) { options["bcqueuelen"] = pick(["1", "2000", "4294967295"]) }
        if chance(8) { options["host_routes"] = pick(["on", "off"]) }
        if chance(9) { options["mac"] = pick(["02:aa:bb", "random", "01:00"]) }
        if chance(12) { options["ipvlan_flag"] = pick(["private", "vepa"]) }
        if chance(20) { options["parnet"] = "p0" }
        return options
    }

    private mutating func parent() -> String {
        if chance(12) { return pick(Self.nonsense) }
        // Where many networks come together, and their VLANs; else anywhere.
        let lower = chance(2) ? pick(["p0", "p18", "p16", "br0", "spare", "uplink", "thelongestname"]) : pick(links)
        return lower + pick(Self.suffixes)
    }

    private mutating func createEndpoint() -> ForeignCall {
        var interface = #""Address":"\#(pick(Self.addresses))""#
        if chance(4) { interface += #","MacAddress":"\#(chance(2) ? pick(macAddresses) : "02:00:00:00:00:07")""# }
        let option = chance(6) ? #","Options":{"mtu":"\#(pick(["100", "1400", "9000"]))"}"# : ""
        return ForeignCall(method: "CreateEndpoint", body: "{\(ids()),\"Interface\":{\(interface)}\(option)}")
    }

    private mutating func ids() -> String {
        let endpoint = chance(30) ? pick(Self.nonsense) : pick(ForeignHost.endpoints).text
        return #""NetworkID":\#(quoted(network())),"EndpointID":\#(quoted(endpoint))"#
    }

    private mutating func network() -> String {
        chance(30) ? pick(Self.nonsense) : pick(ForeignHost.networks).text
    }

    /// Whether something happens that does so once in so many times.
    mutating func chance(_ times: Int) -> Bool { Int.random(in: 0..<times, using: &random) == 0 }

    mutating func pick<Element>(_ choices: [Element]) -> Element {
        choices[Int.random(in: choices.indices, using: &random)]
    }
}

/// A text in JSON.
private func quoted(_ text: String) -> String {
    let parts = text.unicodeScalars.map { scalar in
        switch scalar {
        case "\"", "\\": "\\\(scalar)"
        case "\u{0}"..."\u{1F}": "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
        default: String(scalar)
        }
    }
    return "\"" + parts.joined() + "\""
}
