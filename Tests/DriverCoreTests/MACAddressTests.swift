import DriverTestKit
import NetworkTypes
import TestSupport
import Testing

@testable import DriverCore

@Suite("Endpoint MAC addresses")
struct MACAddressTests {
    @Test("A user's MAC address is used and not repeated in the answer")
    func users() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork()
        try expect(fixture.createEndpoint(mac: "02:42:ac:11:00:02"), equals: nil)
        try fixture.join()
        try expect(fixture.link("sva0b1c2d3e4f5").macAddress, equals: "02:42:ac:11:00:02")
    }

    private static let unusable: [(address: MACAddress, message: String)] = [
        (
            "00:00:00:00:00:00",
            """
            MAC address 00:00:00:00:00:00 cannot be used: all its bits are zero; choose another, such as one that \
            starts with 02
            """
        ),
        (
            "ff:ff:ff:ff:ff:ff",
            """
            MAC address ff:ff:ff:ff:ff:ff cannot be used: it is a multicast address; choose another, such as one that \
            starts with 02
            """
        ),
        (
            "01:00:5e:00:00:01",
            """
            MAC address 01:00:5e:00:00:01 cannot be used: it is a multicast address; choose another, such as one that \
            starts with 02
            """
        ),
        (
            // The MAC address of eth0, the host's second link.
            "02:00:00:00:00:02",
            """
            MAC address 02:00:00:00:00:02 cannot be used: it is that of the parent link "eth0"; choose another, such \
            as one that starts with 02
            """
        ),
    ]

    @Test("An unusable MAC address is refused", arguments: unusable)
    func refused(_ address: MACAddress, _ message: String) throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork()
        try expect(
            fixture.refusal { fixture throws(DriverError) in try fixture.createEndpoint(mac: address) }, equals: message
        )
    }

    @Test("A passthru link gets its parent's MAC address unless the user sets one")
    func passthru() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, ["parent": "eth0", "mode": "passthru"])
        try expect(fixture.createEndpoint(), equals: "02:00:00:00:00:02")
        try expect(fixture.createEndpoint(mac: "02:00:00:00:00:02"), equals: nil)
        try expect(fixture.createEndpoint(mac: "02:42:ac:11:00:02"), equals: nil)
        #expect(
            try fixture.refusal { fixture throws(DriverError) in try fixture.createEndpoint(mac: "01:00:5e:00:00:01") }
                .contains("it is a multicast address"))
    }

    @Test("An ipvlan endpoint has no MAC address of its own", arguments: ["l2", "l3", "l3s"])
    func ipvlan(_ mode: String) throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, ["parent": "eth0", "mode": mode])
        try expect(fixture.createEndpoint(), equals: nil)
        try expect(
            fixture.refusal { fixture throws(DriverError) in try fixture.createEndpoint(mac: "02:42:ac:11:00:02") },
            equals: """
                MAC address 02:42:ac:11:00:02 cannot be set, because ipvlan links have their parent's; leave it out or \
                use a macvlan network
                """)
    }

    @Test("A generated MAC address depends only on network and IP address")
    func stable() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork()
        let first = try #require(try fixture.createEndpoint(.web, ["192.168.50.10/24", "fd00:50::10/64"]))
        try fixture.deleteEndpoint(.web)
        try expect(fixture.createEndpoint(.mail, ["192.168.50.10/24", "fd00:50::10/64"]), equals: first)
        var elsewhere = try DriverFixture()
        try elsewhere.createNetwork()
        try expect(elsewhere.createEndpoint(.dns, ["192.168.50.10/24", "fd00:50::10/64"]), equals: first)
        // Pinned: a different value would change every container's MAC address with the next version.
        #expect(first == "72:78:22:43:3c:50")
    }

    private static let noAddresses = [AddressPool(subnet: "0.0.0.0/0"), AddressPool(subnet: "::/0")]

    @Test(
        "A network without IP addresses reports once that MAC addresses change",
        arguments: ["bridge", "vepa", "private"])
    func changing(_ mode: String) throws {
        for options in [[:], ["mac": "02:aa:bb"], ["mac": "stable"]] {
            var fixture = try DriverFixture()
            let options = options.merging(["parent": "eth0", "mode": mode]) { $1 }
            for _ in 0..<2 { try fixture.createNetwork(.first, options, pools: Self.noAddresses) }
            let notices = fixture.driver.takeNotices()
            #expect(
                notices.map(\.description) == [
                    """
                    containers of network 1f0e9d8c7b6a get a new MAC address, and from a DHCP server a new lease, at \
                    each start, because Docker gives them no IP address to derive it from; set one for each with \
                    `docker run --mac-address`
                    """
                ])
            #expect(notices.map(\.severity) == [.problem])
            let first = try fixture.createEndpoint(.web)
            #expect(try fixture.createEndpoint(.web) == first)
            #expect(try fixture.createEndpoint(.mail) != first)
            try expect(fixture.createEndpoint(.dns, mac: "02:42:ac:11:00:02"), equals: nil)
        }
    }

    @Test(
        "A network whose links never get a generated stable MAC address reports nothing",
        arguments: [["mac": "random"], ["mode": "passthru"], ["mode": "l2"], ["mode": "l3"]])
    func neverStable(_ options: [String: String]) throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, options.merging(["parent": "eth0"]) { $1 }, pools: Self.noAddresses)
        #expect(fixture.driver.takeNotices() == [])
    }

    @Test("A network with one address family reports nothing about MAC addresses")
    func oneFamily() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(
            .first, pools: [AddressPool(subnet: "0.0.0.0/0"), AddressPool(subnet: "fd00:50::/64")])
        #expect(fixture.driver.takeNotices() == [])
    }

    @Test("A stable MAC address is refused for an endpoint without an IP address")
    func stableWithoutAddress() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, ["parent": "eth0", "mac": "random"], pools: Self.noAddresses)
        try expect(
            fixture.endpointRefusal(["mac": "stable"]),
            equals: """
                mac=stable: it is derived from the IP address, and Docker assigns none; set one with \
                `docker run --mac-address`
                """)
        // `mac=stable` is redundant but correct here.
        try fixture.createEndpoint(mac: "02:42:ac:11:00:02", options: ["mac": "stable"])
    }

    @Test("Generated MAC addresses differ between networks and are locally administered unicast", arguments: 0..<50)
    func usable(_ number: Int) throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork()
        try fixture.createNetwork(.second)
        let address = try #require(IPPrefix("192.168.50.\(number + 10)/24"))
        let first = try #require(try fixture.createEndpoint(.web, [address]))
        let second = try #require(try fixture.createEndpoint(.mail, in: .second, [address]))
        #expect(first != second)
        for mac in [first, second] {
            // Locally administered unicast.
            #expect(mac.octets[0] & 0x03 == 0x02)
        }
    }

    @Test("A generated MAC address is never the parent's or another endpoint's")
    func neverTaken() throws {
        let key = "192.168.50.10"
        let free = try MACAddressRules.stable(network: .first, key: key, taken: [])
        let next = try MACAddressRules.stable(network: .first, key: key, taken: [free])
        #expect(free != next)

        var fixture = try DriverFixture()
        try fixture.createNetwork(.first)
        try fixture.createNetwork(.second)
        try fixture.createNetwork(.third, ["parent": "eth1"])
        try fixture.createEndpoint(.web, in: .second, mac: free)
        try fixture.createEndpoint(.dns, in: .third, mac: next)
        try expect(fixture.createEndpoint(.mail, in: .first, ["192.168.50.10/24"]), equals: next)

        var onTaken = try DriverFixture { $0.setMACAddress(free, of: "eth0") }
        try onTaken.createNetwork()
        try expect(onTaken.createEndpoint(.web, ["192.168.50.10/24"]), equals: next)
    }
}
