import DriverTestKit
import NetworkTypes
import TestSupport
import Testing

@testable import DriverCore

@Suite("Host addresses")
struct HostAddressTests {
    /// A host with an address of each family on a link, and a network on its `eth0`.
    private static func fixture(
        addresses: [IPPrefix] = ["192.168.50.2/24", "fd00:50::2/64"], on link: String = "eth0",
        _ options: [String: String] = ["parent": "eth0"], isInternal: Bool = false,
        changing change: (FakeHost) throws -> Void = { _ in }
    ) throws -> DriverFixture {
        var fixture = try DriverFixture()
        try change(fixture.host)
        try fixture.createNetwork(.first, options, isInternal: isInternal)
        for address in addresses { fixture.host.addAddress(address, to: link) }
        return fixture
    }

    private static func refusal(_ fixture: DriverFixture, _ address: IPPrefix) throws -> String {
        try fixture.refusal { fixture throws(DriverError) in
            try fixture.createEndpoint(.web, ["10.50.0.3/16", address])
        }
    }

    // MARK: Containers

    @Test(
        "A container with the parent's address is refused, and the error names address, link and remedy",
        arguments: ["192.168.50.2/24", "fd00:50::2/64"] as [IPPrefix])
    func ofParent(_ address: IPPrefix) throws {
        let fixture = try Self.fixture()
        let mac = try #require(fixture.link("eth0").macAddress)
        try expect(
            Self.refusal(fixture, address),
            equals: """
                address \(address.address) is the host's own, on link "eth0" with MAC address \(mac); choose \
                another with --ip or --ip6, or recreate the network with --aux-address host=\(address.address), or \
                with an --ip-range that excludes it
                """)
        #expect(fixture.counts.endpoints == 0)
    }

    @Test(
        "Every kind of network with a parent refuses the parent's address",
        arguments: ["bridge", "private", "vepa", "passthru", "l2", "l3", "l3s"], [false, true])
    func everyKind(_ mode: String, isInternal: Bool) throws {
        let fixture = try Self.fixture(["parent": "eth0", "mode": mode], isInternal: isInternal)
        #expect(try Self.refusal(fixture, "192.168.50.2/24").contains("is the host's own"))
    }

    @Test(
        "An address on another host link is refused: a VLAN link, a bridge, the loopback or a macvlan link",
        arguments: ["guests", "eth1", "br0", "lo", "shim"])
    func elsewhere(_ link: String) throws {
        let fixture = try Self.fixture(on: link) { host in
            host.add("shim", kind: .macvlan(.bridge), on: try #require(host.link(named: "eth0")).index)
        }
        #expect(try Self.refusal(fixture, "192.168.50.2/24").contains(#"on link "\#(link)""#))
    }

    @Test("The host's address is refused whatever its prefix length, and other addresses are free")
    func equality() throws {
        var fixture = try Self.fixture(addresses: ["192.168.50.2/32"])
        #expect(try Self.refusal(fixture, "192.168.50.2/24").contains("is the host's own"))
        try fixture.createEndpoint(.web, ["192.168.50.3/24"])
    }

    @Test("An address in another VRF is free, and one in the parent's VRF is not")
    func vrf() throws {
        var fixture = try Self.fixture(on: "eth4")
        try fixture.createEndpoint(.web, ["192.168.50.2/24"])
        var device = try Self.fixture(on: "red")
        try device.createEndpoint(.web, ["192.168.50.2/24"])
        let same = try Self.fixture(on: "eth4", ["parent": "eth4"])
        #expect(try Self.refusal(same, "192.168.50.2/24").contains(#"on link "eth4""#))
        var other = try Self.fixture(on: "eth1", ["parent": "eth4"])
        try other.createEndpoint(.web, ["192.168.50.2/24"])
        // A port of a bridge is in no VRF.
        let bridge = try Self.fixture(on: "eth2")
        #expect(try Self.refusal(bridge, "192.168.50.2/24").contains(#"on link "eth2""#))
    }

    @Test("An address in another VRF is refused if it is on the parent's segment")
    func sameSegment() throws {
        let fixture = try Self.fixture(on: "shim") { host in
            let red = try #require(host.link(named: "red")).index
            host.add(
                "shim", kind: .macvlan(.bridge), on: try #require(host.link(named: "eth0")).index, master: red)
        }
        #expect(try Self.refusal(fixture, "192.168.50.2/24").contains(#"on link "shim""#))
    }

    @Test("A link-local address is refused only if it is the parent's")
    func linkLocal() throws {
        let pools = [AddressPool(subnet: "169.254.0.0/16"), AddressPool(subnet: "fe80::/64")]
        var fixture = try DriverFixture()
        try fixture.createNetwork(pools: pools)
        for address in ["169.254.1.1/16", "fe80::1/64"] as [IPPrefix] {
            fixture.host.addAddress(address, to: "eth1")
            try fixture.createEndpoint(.web, [address])
            try fixture.deleteEndpoint(.web)
            fixture.host.addAddress(address, to: "eth0")
            #expect(
                try fixture.refusal { fixture throws(DriverError) in try fixture.createEndpoint(.web, [address]) }
                    .contains(#"on link "eth0""#))
        }
    }

    @Test("An isolated network refuses only addresses on its own parent")
    func isolated() throws {
        var fixture = try Self.fixture([:])
        try fixture.createEndpoint(.web, ["192.168.50.2/24"])
        try fixture.deleteEndpoint(.web)
        fixture.host.addAddress("192.168.50.2/24", to: "sd-1f0e9d8c7b6a")
        #expect(
            try Self.refusal(fixture, "192.168.50.2/24").contains(#"on link "sd-1f0e9d8c7b6a""#))
    }

    @Test("An address on a container's link is not a host address while the link is in the host's namespace")
    func ofContainer() throws {
        var fixture = try Self.fixture(addresses: [])
        try fixture.createEndpoint(.web, ["192.168.50.2/24"])
        let link = try fixture.join(.web)
        fixture.host.addAddress("192.168.50.2/24", to: link.linkName.text)
        try fixture.createEndpoint(.mail, ["192.168.50.2/24"])
    }

    @Test("A repeated CreateEndpoint returns the same answer although the host now has the address")
    func repeated() throws {
        var fixture = try Self.fixture(addresses: [])
        let first = try fixture.createEndpoint(.web, ["192.168.50.2/24"])
        fixture.host.addAddress("192.168.50.2/24", to: "eth0")
        try expect(fixture.createEndpoint(.web, ["192.168.50.2/24"]), equals: first)
        #expect(
            try fixture.refusal { fixture throws(DriverError) in
                try fixture.createEndpoint(.mail, ["192.168.50.2/24"])
            }.contains("is the host's own"))
        // The refused endpoint has not replaced the other.
        #expect(Set(fixture.driver.registry.endpoints.keys) == [.web])
        fixture.host.removeAddress("192.168.50.2/24")
        try fixture.createEndpoint(.mail, ["192.168.50.2/24"])
    }

    @Test("A host address is refused while the parent is missing too")
    func parentAway() throws {
        let fixture = try Self.fixture(on: "eth1")
        fixture.host.remove("eth0")
        #expect(try Self.refusal(fixture, "192.168.50.2/24").contains(#"on link "eth1""#))
    }

    @Test("A host address that a container already has is reported once, and again when it returns")
    func late() throws {
        var fixture = try Self.fixture(addresses: [])
        try fixture.createEndpoint(.web, ["192.168.50.2/24"])
        try fixture.createEndpoint(.mail, ["192.168.50.3/24"])
        let link = try fixture.join(.web)
        fixture.host.takeIntoContainer(link.linkName.text)
        fixture.host.addAddress("192.168.50.2/24", to: "eth1")
        fixture.host.addAddress("192.168.50.3/24", to: "eth1")
        let words = """
            endpoint a0b1c2d3e4f5 has address 192.168.50.2, which the host now has too, on link "eth1"; remove it from \
            the host, or start the container with another --ip
            """
        #expect(fixture.reconcile(at: 0) == [])
        #expect(fixture.reconcile(at: 1, .everywhere) == [words])
        #expect(fixture.reconcile(at: 2, .everywhere) == [])
        fixture.host.removeAddress("192.168.50.2/24")
        #expect(fixture.reconcile(at: 3, .everywhere) == [])
        fixture.host.addAddress("192.168.50.2/24", to: "eth1")
        #expect(fixture.reconcile(at: 4, .everywhere) == [words])
    }

    // MARK: Networks

    private static func notices(
        _ options: [String: String] = ["parent": "eth0"], pools: [AddressPool] = .lan, reserved: Set<IPAddress> = [],
        preparing prepare: (FakeHost) -> Void
    ) throws -> [Notice] {
        var fixture = try DriverFixture()
        prepare(fixture.host)
        let request = NetworkRequest(id: .swarm, options: options, pools: pools, reservedAddresses: reserved)
        try fixture.driver.createNetwork(request)
        let notices = fixture.driver.takeNotices()
        // Swarm repeats the call.
        try fixture.driver.createNetwork(request)
        #expect(fixture.driver.takeNotices() == [])
        return notices
    }

    @Test("A new network reports once which host addresses Docker may assign, and how to reserve them")
    func addressInRange() throws {
        let one = try Self.notices { $0.addAddress("192.168.50.2/24", to: "eth0") }
        #expect(
            one.map(\.description) == [
                """
                the subnets of network k3xq9v0zt1w8 contain addresses of the host: 192.168.50.2 ("eth0"); unless \
                --ip-range excludes them, Docker may choose one for a container, which then fails to start: recreate \
                the network with --aux-address host=192.168.50.2
                """
            ])
        #expect(one.map(\.severity) == [.information])
        let two = try Self.notices { host in
            for address in ["192.168.50.2/24", "fd00:50::2/64"] as [IPPrefix] { host.addAddress(address, to: "eth0") }
        }
        #expect(two.count == 1)
        #expect(
            two.first?.message.hasSuffix("--aux-address host1=192.168.50.2 --aux-address host2=fd00:50::2") == true)
    }

    @Test(
        "Addresses that Docker does not assign are not reported: reserved, gateways, high IPv6 addresses")
    func addressOutOfRange() throws {
        let addresses: [IPPrefix] = ["192.168.50.2/24", "10.50.255.254/16", "fd00:50::1:2:3:4/64", "203.0.113.1/32"]
        let prepare = { (host: FakeHost) in for address in addresses { host.addAddress(address, to: "eth1") } }
        #expect(try Self.notices(reserved: ["192.168.50.2"], preparing: prepare) == [])
        #expect(try Self.notices([:], preparing: prepare) == [])
        // Random MAC addresses, which need no notice without IP addresses.
        let options = ["parent": "eth0", "mac": "random"]
        #expect(try Self.notices(options, pools: [AddressPool(subnet: "0.0.0.0/0")], preparing: prepare) == [])
    }

    @Test("A gateway that is the parent's own address is reported if containers need it")
    func gateway() throws {
        let prepare = { (host: FakeHost) in host.addAddress("192.168.50.1/24", to: "eth0") }
        let notices = try Self.notices(preparing: prepare)
        #expect(
            notices.map(\.description) == [
                """
                the gateway 192.168.50.1 of network k3xq9v0zt1w8 is the host's own address on parent "eth0", which \
                containers on that parent cannot reach; name the LAN's router with --gateway, or omit the default \
                route with -o gateway=none
                """
            ])
        #expect(notices.map(\.severity) == [.problem])
        #expect(try Self.notices(["parent": "eth0", "mode": "l2"], preparing: prepare).count == 1)
        #expect(try Self.notices(["parent": "eth0", "mode": "l3"], preparing: prepare) == [])
        #expect(try Self.notices(["parent": "eth0", "gateway": "none"], preparing: prepare) == [])
        // Containers reach it through the LAN.
        #expect(try Self.notices { $0.addAddress("192.168.50.1/24", to: "eth1") } == [])
    }
}
