import DriverTestKit
import NetworkTypes
import TestSupport
import Testing

@testable import DriverCore

@Suite("Link options of networks and endpoints")
struct LinkOptionTests {
    // MARK: mtu

    @Test("The MTU option works under both names, and an endpoint's value overrides its network's")
    func mtu() throws {
        for name in ["mtu", "com.docker.network.driver.mtu"] {
            var fixture = try DriverFixture()
            try fixture.createNetwork(.first, ["parent": "eth0", name: "1400"])
            try fixture.createEndpoint(.web)
            try fixture.createEndpoint(.mail, options: [name: "1300"])
            try fixture.join(.web)
            try fixture.join(.mail)
            try expect(fixture.link("sva0b1c2d3e4f5").mtu, equals: 1400)
            try expect(fixture.link("svb0b1c2d3e4f5").mtu, equals: 1300)
        }
    }

    @Test("The default MTU is the parent's, and an isolated network's parent gets the network's MTU")
    func parentsMTU() throws {
        var fixture = try DriverFixture { $0.setMTU(9000, of: "eth0") }
        try fixture.createNetwork(.first, ["parent": "eth0.50"])
        try fixture.createNetwork(.second, ["mtu": "9000"])
        try fixture.createEndpoint(.web)
        try fixture.createEndpoint(.mail, in: .second)
        try fixture.join(.web)
        try fixture.join(.mail, in: .second)
        try expect(fixture.link("sva0b1c2d3e4f5").mtu, equals: 9000)
        try expect(fixture.link("sd-2f0e9d8c7b6a").mtu, equals: 9000)
        try expect(fixture.link("svb0b1c2d3e4f5").mtu, equals: 9000)
    }

    @Test("An MTU above the parent's is refused with both values")
    func mtuAboveParent() throws {
        var fixture = try DriverFixture()
        let message = """
            mtu=1501: the MTU of parent link "eth0" is 1500; use 1500 or less, or raise that first
            """
        try expect(fixture.networkRefusal(["parent": "eth0", "mtu": "1501"]), equals: message)
        try expect(fixture.networkRefusal(["parent": "eth0.50", "mtu": "1501"]), equals: message)
        try fixture.createNetwork(.first, ["parent": "eth0", "mtu": "1500"])
        try expect(fixture.endpointRefusal(["mtu": "1501"]), equals: message)
        try fixture.createEndpoint()
        fixture.host.setMTU(1280, of: "eth0")
        #expect(
            try fixture.refusal { fixture throws(DriverError) in try fixture.join() }.hasPrefix(
                #"mtu=1500: the MTU of parent link "eth0" is 1280"#))
    }

    @Test("An MTU below the IPv6 minimum is refused if there is an IPv6 address")
    func mtuBelowIPv6() throws {
        var fixture = try DriverFixture()
        let message = "mtu=1279: IPv6 needs an MTU of 1280; use 1280 or more, or leave the IPv6 subnet out"
        try expect(fixture.networkRefusal(["parent": "eth0", "mtu": "1279"]), equals: message)
        try fixture.createNetwork(
            .second, ["parent": "eth0", "mtu": "68"], pools: [AddressPool(subnet: "10.0.0.0/8")])
        try fixture.createNetwork()
        try expect(fixture.endpointRefusal(["mtu": "1279"], ["fd00:50::10/64"]), equals: message)
        try fixture.createEndpoint(.web, ["192.168.50.10/24"], options: ["mtu": "1279"])
    }

    // MARK: gateway

    @Test("The option gateway=none omits the default route of a network or of one endpoint")
    func gateway() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, ["parent": "eth0", "gateway": "none"])
        try fixture.createNetwork(.second, ["parent": "eth1", "mode": "l3", "gateway": "none"])
        try fixture.createNetwork(.third)
        try fixture.createEndpoint(.web, ["192.168.50.10/24"])
        try fixture.createEndpoint(.mail, in: .second, ["192.168.50.10/24"])
        try fixture.createEndpoint(.dns, in: .third, ["192.168.50.10/24"], options: ["gateway": "NONE"])
        try expect(fixture.join(.web).routes.gatewayIPv4, equals: nil)
        try expect(fixture.join(.mail, in: .second).routes.routes, equals: [StaticRoute(to: "10.50.0.0/16")])
        try expect(fixture.join(.dns, in: .third).routes.gatewayIPv4, equals: nil)
    }

    // MARK: mac

    @Test("A MAC prefix starts every generated address, which stays stable")
    func prefix() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, ["parent": "eth0", "mac": "02:aa:bb"])
        let first = try #require(try fixture.createEndpoint(.web, ["192.168.50.10/24"]))
        #expect(first.octets.starts(with: [0x02, 0xAA, 0xBB]))
        try fixture.deleteEndpoint(.web)
        try expect(fixture.createEndpoint(.mail, ["192.168.50.10/24"]), equals: first)
        #expect(try fixture.createEndpoint(.dns, ["192.168.50.11/24"]) != first)
    }

    @Test("An exhausted five-octet MAC prefix is an error")
    func prefixUsedUp() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, ["parent": "eth0", "mac": "02:00:00:00:01"])
        for number in 0..<200 { try fixture.createEndpoint(EndpointID(unchecked: "e\(number)")) }
        let addresses = Set(fixture.driver.registry.endpoints.values.compactMap(\.macAddress))
        #expect(addresses.count == 200)
        let all = Set((0..<256).map { MACAddress(bits: 0x0200_0000_0100 | $0) })
        #expect(throws: DriverError.noMACAddressLeft(prefix: "02:00:00:00:01")) {
            try MACAddressRules.stable(
                network: .first, key: "", prefix: MACAddressPrefix("02:00:00:00:01"), taken: all)
        }
    }

    @Test("The option mac=random yields a new address each time, and the same one for a repeated call")
    func random() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, ["parent": "eth0", "mac": "random"])
        let first = try #require(try fixture.createEndpoint(.web, ["192.168.50.10/24"]))
        try expect(fixture.createEndpoint(.web, ["192.168.50.10/24"]), equals: first)
        #expect(first.octets[0] & 0x03 == 0x02)
        try fixture.deleteEndpoint(.web)
        #expect(try fixture.createEndpoint(.web, ["192.168.50.10/24"]) != first)
    }

    @Test("An endpoint's mac option overrides its network's")
    func endpointsOwn() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, ["parent": "eth0", "mac": "random"])
        try expect(fixture.createEndpoint(.web, options: ["mac": "02:42:AC:11:00:02"]), equals: "02:42:ac:11:00:02")
        let stable = try fixture.createEndpoint(.mail, ["192.168.50.11/24"], options: ["mac": "stable"])
        try fixture.deleteEndpoint(.mail)
        try expect(fixture.createEndpoint(.mail, ["192.168.50.11/24"], options: ["mac": "stable"]), equals: stable)
        try expect(
            fixture.refusal { fixture throws(DriverError) in
                try fixture.createEndpoint(.dns, mac: "02:42:ac:11:00:03", options: ["mac": "02:42:ac:11:00:04"])
            },
            equals: """
                --mac-address 02:42:ac:11:00:03 and mac=02:42:ac:11:00:04 contradict each other; give only one of them
                """)
        try expect(
            fixture.endpointRefusal(["mac": "03:42:ac:11:00:04"]),
            equals: """
                MAC address 03:42:ac:11:00:04 cannot be used: it is a multicast address; choose another, such as one \
                that starts with 02
                """)
        try fixture.createNetwork(.second, ["parent": "eth1", "mode": "l2"])
        try expect(
            fixture.refusal { fixture throws(DriverError) in
                try fixture.createEndpoint(.dns, in: .second, options: ["mac": "random"])
            },
            equals: """
                mac: the links of network 2f0e9d8c7b6a have their parent's MAC address; leave it out or use a macvlan \
                network of another mode
                """)
    }

    // MARK: com.docker.network.container_iface_prefix

    private static let prefix = "com.docker.network.container_iface_prefix"

    @Test("An interface's name prefix comes from its network, and an endpoint's value overrides it")
    func interfacePrefix() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, ["parent": "eth0", Self.prefix: "lan"])
        try fixture.createEndpoint(.web)
        try expect(fixture.join(.web).interfacePrefix.text, equals: "lan")
        // `docker network connect` keeps capitals.
        try fixture.createEndpoint(.mail, options: [Self.prefix: "DMZ-"])
        try expect(fixture.join(.mail).interfacePrefix.text, equals: "DMZ-")

        try fixture.createNetwork(.second, ["parent": "eth0", Self.prefix: ""])
        try fixture.createEndpoint(.dns, in: .second)
        try expect(fixture.join(.dns, in: .second).interfacePrefix.text, equals: "eth")
    }

    @Test(
        "An interface name prefix that leaves no valid name is refused",
        arguments: ["lan/", "lan 0", "lan%d", "a:b", "l\u{e4}n", "thirteenchars"])
    func interfacePrefixMistakes(_ text: String) throws {
        let message = """
            \(Self.prefix)=\(text): "\(text)" is not valid here; use 1 to 12 letters, digits or signs, to which Docker \
            appends a number, as in lan
            """
        var fixture = try DriverFixture()
        try expect(fixture.networkRefusal(["parent": "eth0", Self.prefix: text]), equals: message)
        try fixture.createNetwork()
        try expect(fixture.endpointRefusal([Self.prefix: text]), equals: message)
        try fixture.createEndpoint(options: [Self.prefix: "twelveletter"])
    }

    // MARK: bcqueuelen

    @Test("The broadcast queue length is passed to the kernel")
    func broadcastQueue() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, ["parent": "eth0", "bcqueuelen": "5000"])
        try fixture.createEndpoint()
        try fixture.join()
        #expect(fixture.host.broadcastQueueLength(of: "sva0b1c2d3e4f5") == 5000)
    }

    // MARK: Mistakes

    private static let mistakes: [(options: [String: String], message: String)] = [
        (["mtu": "67"], #"mtu=67: "67" is not valid here; use 68 to 65535"#),
        (["mtu": "1e3"], #"mtu=1e3: "1e3" is not valid here; use 68 to 65535"#),
        (
            ["com.docker.network.driver.mtu": "0"],
            #"com.docker.network.driver.mtu=0: "0" is not valid here; use 68 to 65535"#
        ),
        (
            ["mtu": "1400", "com.docker.network.driver.mtu": "1300"],
            "com.docker.network.driver.mtu=1300 and mtu=1400 contradict each other; give only one of them"
        ),
        (
            ["gateway": "router"],
            """
            gateway=router: "router" is not valid here; use none, or a router's address for each family, as in \
            192.168.1.1 or 192.168.1.1,fe80::1
            """
        ),
        (["bcqueuelen": "-1"], #"bcqueuelen=-1: "-1" is not valid here; use 0 to 4294967295"#),
        (
            ["bcqueuelen": "100", "mode": "l2"],
            "bcqueuelen=100: ipvlan has a broadcast queue of fixed length; leave it out or choose a macvlan mode"
        ),
        (
            ["mac": "stabel"],
            #"mac=stabel: "stabel" is not valid here; use stable, random, or one to five octets such as 02:aa:bb"#
        ),
        (
            ["mac": "03:aa"],
            "mac=03:aa: such addresses are multicast; choose an even first octet, such as 02"
        ),
        (
            ["mac": "02:42:ac:11:00:02"],
            """
            mac=02:42:ac:11:00:02: all containers of the network would have the same address; give one to five octets \
            here, and a whole address with `docker run --mac-address`
            """
        ),
        (
            ["mac": "random", "mode": "l2"],
            "mac=random: ipvlan links of this mode have their parent's MAC address; leave it out or choose mode=bridge"
        ),
        (
            ["mac": "random", "mode": "passthru"],
            "mac=random: macvlan links of this mode have their parent's MAC address; leave it out or choose mode=bridge"
        ),
        (
            ["host_routes": "endpoints"],
            """
            host_routes=endpoints: only networks of ipvlan l3 and l3s are routed by the host; leave it out or choose mode=l3
            """
        ),
        (["host_routes": "yes"], #"host_routes=yes: "yes" is not valid here; use pools, endpoints, off"#),
    ]

    @Test("Invalid link options of a network are refused with a hint", arguments: mistakes)
    func refusals(_ options: [String: String], _ message: String) throws {
        let fixture = try DriverFixture()
        try expect(fixture.networkRefusal(["parent": "eth0"].merging(options) { $1 }), equals: message)
    }

    private static let endpointMistakes: [(options: [String: String], message: String)] = [
        (
            ["parent": "eth0"],
            """
            parent=eth0: there is no endpoint option "parent"; the options are mtu, routes, mac, gateway, \
            com.docker.network.container_iface_prefix
            """
        ),
        (
            ["rotues": "10.0.0.0/8"],
            #"rotues=10.0.0.0/8: there is no endpoint option "rotues"; did you mean routes=10.0.0.0/8?"#
        ),
        (["mtu": "x"], #"mtu=x: "x" is not valid here; use 68 to 65535"#),
        (
            ["mac": "x"],
            """
            mac=x: "x" is not valid here; use stable, random, or one to five octets such as 02:aa:bb, or a whole address
            """
        ),
        (
            ["routes": "10.0.0.0/8 via 172.16.0.1"],
            """
            route 10.0.0.0/8 via 172.16.0.1: 172.16.0.1 is in no subnet of the network (192.168.50.0/24, 10.50.0.0/16, \
            fd00:50::/64, fd00:51::/64); name a next hop in one of them, or add a route to 172.16.0.1 without "via"
            """
        ),
    ]

    @Test("Invalid link options of an endpoint are refused with a hint", arguments: endpointMistakes)
    func endpointRefusals(_ options: [String: String], _ message: String) throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork()
        try expect(fixture.endpointRefusal(options), equals: message)
        #expect(fixture.counts.endpoints == 0)
    }
}

extension DriverFixture {
    func networkRefusal(_ options: [String: String], _ id: NetworkID = .first) throws -> String {
        try refusal { fixture throws(DriverError) in try fixture.createNetwork(id, options) }
    }

    func endpointRefusal(_ options: [String: String], _ addresses: [IPPrefix] = []) throws -> String {
        try refusal { fixture throws(DriverError) in try fixture.createEndpoint(.web, addresses, options: options) }
    }
}
