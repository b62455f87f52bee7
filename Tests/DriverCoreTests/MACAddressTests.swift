import DriverTestKit
import NetworkTypes
import TestSupport
import Testing

@testable import DriverCore

@Suite("Endpoint MAC addresses")
struct MACAddressTests {
    @Test("A user's MAC address is used and not repeated in the answer")
    func users() throws {
        var lab = try DriverFixture()
        try lab.createNetwork()
        try expect(lab.createEndpoint(mac: "02:42:ac:11:00:02"), equals: nil)
        try lab.join()
        try expect(lab.link("sva0b1c2d3e4f5").macAddress, equals: "02:42:ac:11:00:02")
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
        var lab = try DriverFixture()
        try lab.createNetwork()
        try expect(lab.refusal { lab throws(DriverError) in try lab.createEndpoint(mac: address) }, equals: message)
    }

    @Test("A passthru link gets its parent's MAC address unless the user sets one")
    func passthru() throws {
        var lab = try DriverFixture()
        try lab.createNetwork(.first, ["parent": "eth0", "mode": "passthru"])
        try expect(lab.createEndpoint(), equals: "02:00:00:00:00:02")
        try expect(lab.createEndpoint(mac: "02:00:00:00:00:02"), equals: nil)
        try expect(lab.createEndpoint(mac: "02:42:ac:11:00:02"), equals: nil)
        #expect(
            try lab.refusal { lab throws(DriverError) in try lab.createEndpoint(mac: "01:00:5e:00:00:01") }
                .contains("it is a multicast address"))
    }

    @Test("An ipvlan endpoint has no MAC address of its own", arguments: ["l2", "l3", "l3s"])
    func ipvlan(_ mode: String) throws {
        var lab = try DriverFixture()
        try lab.createNetwork(.first, ["parent": "eth0", "mode": mode])
        try expect(lab.createEndpoint(), equals: nil)
        try expect(
            lab.refusal { lab throws(DriverError) in try lab.createEndpoint(mac: "02:42:ac:11:00:02") },
            equals: """
                MAC address 02:42:ac:11:00:02 cannot be given: ipvlan links have their parent's; leave it out or use \
                a macvlan network
                """)
    }

    @Test("A generated MAC address depends only on network and IP address")
    func stable() throws {
        var lab = try DriverFixture()
        try lab.createNetwork()
        let first = try #require(try lab.createEndpoint(.web, ["192.168.50.10/24", "fd00:50::10/64"]))
        try lab.deleteEndpoint(.web)
        try expect(lab.createEndpoint(.mail, ["192.168.50.10/24", "fd00:50::10/64"]), equals: first)
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
            var lab = try DriverFixture()
            let options = options.merging(["parent": "eth0", "mode": mode]) { $1 }
            for _ in 0..<2 { try lab.createNetwork(.first, options, pools: Self.noAddresses) }
            let notices = lab.driver.takeNotices()
            #expect(
                notices.map(\.description) == [
                    """
                    containers of network 1f0e9d8c7b6a get another MAC address, and from a DHCP server another lease, at \
                    each start, because Docker gives them no IP address to derive it from; set one for each with \
                    `docker run --mac-address`
                    """
                ])
            #expect(notices.map(\.severity) == [.problem])
            let first = try lab.createEndpoint(.web)
            #expect(try lab.createEndpoint(.web) == first)
            #expect(try lab.createEndpoint(.mail) != first)
            try expect(lab.createEndpoint(.dns, mac: "02:42:ac:11:00:02"), equals: nil)
        }
    }

    @Test(
        "A network whose links never get a generated stable MAC address reports nothing",
        arguments: [["mac": "random"], ["mode": "passthru"], ["mode": "l2"], ["mode": "l3"]])
    func neverStable(_ options: [String: String]) throws {
        var lab = try DriverFixture()
        try lab.createNetwork(.first, options.merging(["parent": "eth0"]) { $1 }, pools: Self.noAddresses)
        #expect(lab.driver.takeNotices() == [])
    }

    @Test("A network with one address family reports nothing about MAC addresses")
    func oneFamily() throws {
        var lab = try DriverFixture()
        try lab.createNetwork(
            .first, pools: [AddressPool(subnet: "0.0.0.0/0"), AddressPool(subnet: "fd00:50::/64")])
        #expect(lab.driver.takeNotices() == [])
    }

    @Test("A stable MAC address is refused for an endpoint without an IP address")
    func stableWithoutAddress() throws {
        var lab = try DriverFixture()
        try lab.createNetwork(.first, ["parent": "eth0", "mac": "random"], pools: Self.noAddresses)
        try expect(
            lab.endpointRefusal(["mac": "stable"]),
            equals: """
                mac=stable: it is derived from the IP address, and Docker gives none; set one with \
                `docker run --mac-address`
                """)
        // `mac=stable` is redundant but correct here.
        try lab.createEndpoint(mac: "02:42:ac:11:00:02", options: ["mac": "stable"])
    }

    @Test("Generated MAC addresses differ between networks and are locally administered unicast", arguments: 0..<50)
    func usable(_ number: Int) throws {
        var lab = try DriverFixture()
        try lab.createNetwork()
        try lab.createNetwork(.second)
        let address = try #require(IPPrefix("192.168.50.\(number + 10)/24"))
        let first = try #require(try lab.createEndpoint(.web, [address]))
        let second = try #require(try lab.createEndpoint(.mail, in: .second, [address]))
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

        var lab = try DriverFixture()
        try lab.createNetwork(.first)
        try lab.createNetwork(.second)
        try lab.createNetwork(.third, ["parent": "eth1"])
        try lab.createEndpoint(.web, in: .second, mac: free)
        try lab.createEndpoint(.dns, in: .third, mac: next)
        try expect(lab.createEndpoint(.mail, in: .first, ["192.168.50.10/24"]), equals: next)

        var onTaken = try DriverFixture { $0.setMACAddress(free, of: "eth0") }
        try onTaken.createNetwork()
        try expect(onTaken.createEndpoint(.web, ["192.168.50.10/24"]), equals: next)
    }
}
