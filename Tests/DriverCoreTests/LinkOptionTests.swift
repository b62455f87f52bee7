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
            var lab = try DriverFixture()
            try lab.createNetwork(.first, ["parent": "eth0", name: "1400"])
            try lab.createEndpoint(.web)
            try lab.createEndpoint(.mail, options: [name: "1300"])
            try lab.join(.web)
            try lab.join(.mail)
            try expect(lab.link("sva0b1c2d3e4f5").mtu, equals: 1400)
            try expect(lab.link("svb0b1c2d3e4f5").mtu, equals: 1300)
        }
    }

    @Test("The default MTU is the parent's, and an isolated network's parent gets the network's MTU")
    func parentsMTU() throws {
        var lab = try DriverFixture { $0.setMTU(9000, of: "eth0") }
        try lab.createNetwork(.first, ["parent": "eth0.50"])
        try lab.createNetwork(.second, ["mtu": "9000"])
        try lab.createEndpoint(.web)
        try lab.createEndpoint(.mail, in: .second)
        try lab.join(.web)
        try lab.join(.mail, in: .second)
        try expect(lab.link("sva0b1c2d3e4f5").mtu, equals: 9000)
        try expect(lab.link("sd-2f0e9d8c7b6a").mtu, equals: 9000)
        try expect(lab.link("svb0b1c2d3e4f5").mtu, equals: 9000)
    }

    @Test("An MTU above the parent's is refused with both values")
    func mtuAboveParent() throws {
        var lab = try DriverFixture()
        let message = """
            mtu=1501: parent link "eth0" takes packets of 1500 bytes; use 1500 or less, or raise its MTU first
            """
        try expect(lab.networkRefusal(["parent": "eth0", "mtu": "1501"]), equals: message)
        try expect(lab.networkRefusal(["parent": "eth0.50", "mtu": "1501"]), equals: message)
        try lab.createNetwork(.first, ["parent": "eth0", "mtu": "1500"])
        try expect(lab.endpointRefusal(["mtu": "1501"]), equals: message)
        try lab.createEndpoint()
        lab.host.setMTU(1280, of: "eth0")
        #expect(
            try lab.refusal { lab throws(DriverError) in try lab.join() }.hasPrefix(
                #"mtu=1500: parent link "eth0" takes packets of 1280 bytes"#))
    }

    @Test("An MTU below the IPv6 minimum is refused if there is an IPv6 address")
    func mtuBelowIPv6() throws {
        var lab = try DriverFixture()
        let message = "mtu=1279: IPv6 needs 1280 bytes; use 1280 or more, or leave the IPv6 subnet out"
        try expect(lab.networkRefusal(["parent": "eth0", "mtu": "1279"]), equals: message)
        try lab.createNetwork(
            .second, ["parent": "eth0", "mtu": "68"], pools: [AddressPool(subnet: "10.0.0.0/8")])
        try lab.createNetwork()
        try expect(lab.endpointRefusal(["mtu": "1279"], ["fd00:50::10/64"]), equals: message)
        try lab.createEndpoint(.web, ["192.168.50.10/24"], options: ["mtu": "1279"])
    }

    // MARK: gateway

    @Test("The option gateway=none omits the default route of a network or of one endpoint")
    func gateway() throws {
        var lab = try DriverFixture()
        try lab.createNetwork(.first, ["parent": "eth0", "gateway": "none"])
        try lab.createNetwork(.second, ["parent": "eth1", "mode": "l3", "gateway": "none"])
        try lab.createNetwork(.third)
        try lab.createEndpoint(.web, ["192.168.50.10/24"])
        try lab.createEndpoint(.mail, in: .second, ["192.168.50.10/24"])
        try lab.createEndpoint(.dns, in: .third, ["192.168.50.10/24"], options: ["gateway": "NONE"])
        try expect(lab.join(.web).routes.gatewayIPv4, equals: nil)
        try expect(lab.join(.mail, in: .second).routes.routes, equals: [StaticRoute(to: "10.50.0.0/16")])
        try expect(lab.join(.dns, in: .third).routes.gatewayIPv4, equals: nil)
    }

    // MARK: mac

    @Test("A MAC prefix starts every generated address, which stays stable")
    func prefix() throws {
        var lab = try DriverFixture()
        try lab.createNetwork(.first, ["parent": "eth0", "mac": "02:aa:bb"])
        let first = try #require(try lab.createEndpoint(.web, ["192.168.50.10/24"]))
        #expect(first.octets.starts(with: [0x02, 0xAA, 0xBB]))
        try lab.deleteEndpoint(.web)
        try expect(lab.createEndpoint(.mail, ["192.168.50.10/24"]), equals: first)
        #expect(try lab.createEndpoint(.dns, ["192.168.50.11/24"]) != first)
    }

    @Test("An exhausted five-octet MAC prefix is an error")
    func prefixUsedUp() throws {
        var lab = try DriverFixture()
        try lab.createNetwork(.first, ["parent": "eth0", "mac": "02:00:00:00:01"])
        for number in 0..<200 { try lab.createEndpoint(EndpointID(unchecked: "e\(number)")) }
        let addresses = Set(lab.driver.registry.endpoints.values.compactMap(\.macAddress))
        #expect(addresses.count == 200)
        let all = Set((0..<256).map { MACAddress(bits: 0x0200_0000_0100 | $0) })
        #expect(throws: DriverError.noMACAddressLeft(prefix: "02:00:00:00:01")) {
            try MACAddressRules.stable(
                network: .first, key: "", prefix: MACAddressPrefix("02:00:00:00:01"), taken: all)
        }
    }

    @Test("The option mac=random yields a new address each time, and the same one for a repeated call")
    func random() throws {
        var lab = try DriverFixture()
        try lab.createNetwork(.first, ["parent": "eth0", "mac": "random"])
        let first = try #require(try lab.createEndpoint(.web, ["192.168.50.10/24"]))
        try expect(lab.createEndpoint(.web, ["192.168.50.10/24"]), equals: first)
        #expect(first.octets[0] & 0x03 == 0x02)
        try lab.deleteEndpoint(.web)
        #expect(try lab.createEndpoint(.web, ["192.168.50.10/24"]) != first)
    }

    @Test("An endpoint's mac option overrides its network's")
    func endpointsOwn() throws {
        var lab = try DriverFixture()
        try lab.createNetwork(.first, ["parent": "eth0", "mac": "random"])
        try expect(lab.createEndpoint(.web, options: ["mac": "02:42:AC:11:00:02"]), equals: "02:42:ac:11:00:02")
        let stable = try lab.createEndpoint(.mail, ["192.168.50.11/24"], options: ["mac": "stable"])
        try lab.deleteEndpoint(.mail)
        try expect(lab.createEndpoint(.mail, ["192.168.50.11/24"], options: ["mac": "stable"]), equals: stable)
        try expect(
            lab.refusal { lab throws(DriverError) in
                try lab.createEndpoint(.dns, mac: "02:42:ac:11:00:03", options: ["mac": "02:42:ac:11:00:04"])
            },
            equals: "--mac-address 02:42:ac:11:00:03 and mac=02:42:ac:11:00:04 contradict each other; give one of them")
        try expect(
            lab.endpointRefusal(["mac": "03:42:ac:11:00:04"]),
            equals: """
                MAC address 03:42:ac:11:00:04 cannot be used: it is a multicast address; choose another, such as one \
                that starts with 02
                """)
        try lab.createNetwork(.second, ["parent": "eth1", "mode": "l2"])
        try expect(
            lab.refusal { lab throws(DriverError) in
                try lab.createEndpoint(.dns, in: .second, options: ["mac": "random"])
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
        var lab = try DriverFixture()
        try lab.createNetwork(.first, ["parent": "eth0", Self.prefix: "lan"])
        try lab.createEndpoint(.web)
        try expect(lab.join(.web).interfacePrefix.text, equals: "lan")
        // `docker network connect` keeps capitals.
        try lab.createEndpoint(.mail, options: [Self.prefix: "DMZ-"])
        try expect(lab.join(.mail).interfacePrefix.text, equals: "DMZ-")

        try lab.createNetwork(.second, ["parent": "eth0", Self.prefix: ""])
        try lab.createEndpoint(.dns, in: .second)
        try expect(lab.join(.dns, in: .second).interfacePrefix.text, equals: "eth")
    }

    @Test(
        "An interface name prefix that leaves no valid name is refused",
        arguments: ["lan/", "lan 0", "lan%d", "a:b", "l\u{e4}n", "thirteenchars"])
    func interfacePrefixMistakes(_ text: String) throws {
        let message = """
            \(Self.prefix)=\(text): "\(text)" is not valid here; use 1 to 12 letters, digits and the like, to which \
            Docker appends a number, as in lan
            """
        var lab = try DriverFixture()
        try expect(lab.networkRefusal(["parent": "eth0", Self.prefix: text]), equals: message)
        try lab.createNetwork()
        try expect(lab.endpointRefusal([Self.prefix: text]), equals: message)
        try lab.createEndpoint(options: [Self.prefix: "twelveletter"])
    }

    // MARK: bcqueuelen

    @Test("The broadcast queue length is passed to the kernel")
    func broadcastQueue() throws {
        var lab = try DriverFixture()
        try lab.createNetwork(.first, ["parent": "eth0", "bcqueuelen": "5000"])
        try lab.createEndpoint()
        try lab.join()
        #expect(lab.host.broadcastQueueLength(of: "sva0b1c2d3e4f5") == 5000)
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
            "com.docker.network.driver.mtu=1300 and mtu=1400 contradict each other; give one of them"
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
            "bcqueuelen=100: only macvlan has such a queue; leave it out or choose a macvlan mode"
        ),
        (
            ["mac": "stabel"],
            #"mac=stabel: "stabel" is not valid here; use stable, random, or one to five octets such as 02:aa:bb"#
        ),
        (
            ["mac": "03:aa"],
            "mac=03:aa: such addresses are multicast ones; choose an even first octet, such as 02"
        ),
        (
            ["mac": "02:42:ac:11:00:02"],
            """
            mac=02:42:ac:11:00:02: all containers of the network would have the same address; give one to five octets \
            here, and the whole with `docker run --mac-address`
            """
        ),
        (
            ["mac": "random", "mode": "l2"],
            "mac=random: ipvlan links of this mode have their parent's address; leave it out or choose mode=bridge"
        ),
        (
            ["mac": "random", "mode": "passthru"],
            "mac=random: macvlan links of this mode have their parent's address; leave it out or choose mode=bridge"
        ),
        (
            ["host_routes": "on"],
            """
            host_routes=on: only networks of ipvlan l3 and l3s are routed by the host; leave it out or choose mode=l3
            """
        ),
        (["host_routes": "yes"], #"host_routes=yes: "yes" is not valid here; use on, off"#),
    ]

    @Test("Invalid link options of a network are refused with a hint", arguments: mistakes)
    func refusals(_ options: [String: String], _ message: String) throws {
        let lab = try DriverFixture()
        try expect(lab.networkRefusal(["parent": "eth0"].merging(options) { $1 }), equals: message)
    }

    private static let endpointMistakes: [(options: [String: String], message: String)] = [
        (
            ["parent": "eth0"],
            """
            parent=eth0: there is no endpoint option "parent"; there are mtu, routes, mac, gateway, \
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
        var lab = try DriverFixture()
        try lab.createNetwork()
        try expect(lab.endpointRefusal(options), equals: message)
        #expect(lab.counts.endpoints == 0)
    }
}

extension DriverFixture {
    func networkRefusal(_ options: [String: String], _ id: NetworkID = .first) throws -> String {
        try refusal { lab throws(DriverError) in try lab.createNetwork(id, options) }
    }

    func endpointRefusal(_ options: [String: String], _ addresses: [IPPrefix] = []) throws -> String {
        try refusal { lab throws(DriverError) in try lab.createEndpoint(.web, addresses, options: options) }
    }
}
