import DriverTestKit
import NetworkTypes
import TestSupport
import Testing

@testable import DriverCore

@Suite("Host addresses")
struct HostAddressTests {
    /// A host with an address of each family on a link, and a network on its `eth0`.
    private static func lab(
        addresses: [IPPrefix] = ["192.168.50.2/24", "fd00:50::2/64"], on link: String = "eth0",
        _ options: [String: String] = ["parent": "eth0"], isInternal: Bool = false,
        changing change: (FakeHost) throws -> Void = { _ in }
    ) throws -> DriverFixture {
        var lab = try DriverFixture()
        try change(lab.host)
        try lab.createNetwork(.first, options, isInternal: isInternal)
        for address in addresses { lab.host.addAddress(address, to: link) }
        return lab
    }

    private static func refusal(_ lab: DriverFixture, _ address: IPPrefix) throws -> String {
        try lab.refusal { lab throws(DriverError) in try lab.createEndpoint(.web, ["10.50.0.3/16", address]) }
    }

    // MARK: Containers

    @Test(
        "A container with the parent's address is refused, and the error names address, link and remedy",
        arguments: ["192.168.50.2/24", "fd00:50::2/64"] as [IPPrefix])
    func ofParent(_ address: IPPrefix) throws {
        let lab = try Self.lab()
        try expect(
            Self.refusal(lab, address),
            equals: """
                address \(address.address) is the host's own, on link "eth0"; name another with --ip or --ip6, or create \
                the network again with --aux-address host=\(address.address), or with an --ip-range that leaves it out
                """)
        #expect(lab.counts.endpoints == 0)
    }

    @Test(
        "Every kind of network with a parent refuses the parent's address",
        arguments: ["bridge", "private", "vepa", "passthru", "l2", "l3", "l3s"], [false, true])
    func everyKind(_ mode: String, isInternal: Bool) throws {
        let lab = try Self.lab(["parent": "eth0", "mode": mode], isInternal: isInternal)
        #expect(try Self.refusal(lab, "192.168.50.2/24").contains("is the host's own"))
    }

    @Test(
        "An address on another host link is refused: a VLAN link, a bridge, the loopback or a macvlan link",
        arguments: ["guests", "eth1", "br0", "lo", "shim"])
    func elsewhere(_ link: String) throws {
        let lab = try Self.lab(on: link) { host in
            host.add("shim", kind: .macvlan(.bridge), on: try #require(host.link(named: "eth0")).index)
        }
        #expect(try Self.refusal(lab, "192.168.50.2/24").contains(#"on link "\#(link)""#))
    }

    @Test("The host's address is refused whatever its prefix length, and other addresses are free")
    func equality() throws {
        var lab = try Self.lab(addresses: ["192.168.50.2/32"])
        #expect(try Self.refusal(lab, "192.168.50.2/24").contains("is the host's own"))
        try lab.createEndpoint(.web, ["192.168.50.3/24"])
    }

    @Test("An address in another VRF is free, and one in the parent's VRF is not")
    func vrf() throws {
        var lab = try Self.lab(on: "eth4")
        try lab.createEndpoint(.web, ["192.168.50.2/24"])
        var device = try Self.lab(on: "red")
        try device.createEndpoint(.web, ["192.168.50.2/24"])
        let same = try Self.lab(on: "eth4", ["parent": "eth4"])
        #expect(try Self.refusal(same, "192.168.50.2/24").contains(#"on link "eth4""#))
        var other = try Self.lab(on: "eth1", ["parent": "eth4"])
        try other.createEndpoint(.web, ["192.168.50.2/24"])
        // A port of a bridge is in no VRF.
        let bridge = try Self.lab(on: "eth2")
        #expect(try Self.refusal(bridge, "192.168.50.2/24").contains(#"on link "eth2""#))
    }

    @Test("An address in another VRF is refused if it is on the parent's segment")
    func sameSegment() throws {
        let lab = try Self.lab(on: "shim") { host in
            let red = try #require(host.link(named: "red")).index
            host.add(
                "shim", kind: .macvlan(.bridge), on: try #require(host.link(named: "eth0")).index, master: red)
        }
        #expect(try Self.refusal(lab, "192.168.50.2/24").contains(#"on link "shim""#))
    }

    @Test("A link-local address is refused only if it is the parent's")
    func linkLocal() throws {
        let pools = [AddressPool(subnet: "169.254.0.0/16"), AddressPool(subnet: "fe80::/64")]
        var lab = try DriverFixture()
        try lab.createNetwork(pools: pools)
        for address in ["169.254.1.1/16", "fe80::1/64"] as [IPPrefix] {
            lab.host.addAddress(address, to: "eth1")
            try lab.createEndpoint(.web, [address])
            try lab.deleteEndpoint(.web)
            lab.host.addAddress(address, to: "eth0")
            #expect(
                try lab.refusal { lab throws(DriverError) in try lab.createEndpoint(.web, [address]) }
                    .contains(#"on link "eth0""#))
        }
    }

    @Test("An isolated network refuses only addresses on its own parent")
    func isolated() throws {
        var lab = try Self.lab([:])
        try lab.createEndpoint(.web, ["192.168.50.2/24"])
        try lab.deleteEndpoint(.web)
        lab.host.addAddress("192.168.50.2/24", to: "sd-1f0e9d8c7b6a")
        #expect(
            try Self.refusal(lab, "192.168.50.2/24").contains(#"on link "sd-1f0e9d8c7b6a""#))
    }

    @Test("An address on a container's link is not a host address while the link is in the host's namespace")
    func ofContainer() throws {
        var lab = try Self.lab(addresses: [])
        try lab.createEndpoint(.web, ["192.168.50.2/24"])
        let link = try lab.join(.web)
        lab.host.addAddress("192.168.50.2/24", to: link.linkName.text)
        try lab.createEndpoint(.mail, ["192.168.50.2/24"])
    }

    @Test("A repeated CreateEndpoint returns the same answer although the host now has the address")
    func repeated() throws {
        var lab = try Self.lab(addresses: [])
        let first = try lab.createEndpoint(.web, ["192.168.50.2/24"])
        lab.host.addAddress("192.168.50.2/24", to: "eth0")
        try expect(lab.createEndpoint(.web, ["192.168.50.2/24"]), equals: first)
        #expect(
            try lab.refusal { lab throws(DriverError) in
                try lab.createEndpoint(.mail, ["192.168.50.2/24"])
            }.contains("is the host's own"))
        // The refused endpoint has not replaced the other.
        #expect(Set(lab.driver.registry.endpoints.keys) == [.web])
        lab.host.removeAddress("192.168.50.2/24")
        try lab.createEndpoint(.mail, ["192.168.50.2/24"])
    }

    @Test("A host address is refused while the parent is missing too")
    func parentAway() throws {
        let lab = try Self.lab(on: "eth1")
        lab.host.remove("eth0")
        #expect(try Self.refusal(lab, "192.168.50.2/24").contains(#"on link "eth1""#))
    }

    @Test("A host address that a container already has is reported once, and again when it returns")
    func late() throws {
        var lab = try Self.lab(addresses: [])
        try lab.createEndpoint(.web, ["192.168.50.2/24"])
        try lab.createEndpoint(.mail, ["192.168.50.3/24"])
        let link = try lab.join(.web)
        lab.host.takeIntoContainer(link.linkName.text)
        lab.host.addAddress("192.168.50.2/24", to: "eth1")
        lab.host.addAddress("192.168.50.3/24", to: "eth1")
        let words = """
            endpoint a0b1c2d3e4f5 has address 192.168.50.2, which the host now has too, on link "eth1"; take it off the \
            host, or start the container with another --ip
            """
        #expect(lab.reconcile(at: 0) == [])
        #expect(lab.reconcile(at: 1, .everywhere) == [words])
        #expect(lab.reconcile(at: 2, .everywhere) == [])
        lab.host.removeAddress("192.168.50.2/24")
        #expect(lab.reconcile(at: 3, .everywhere) == [])
        lab.host.addAddress("192.168.50.2/24", to: "eth1")
        #expect(lab.reconcile(at: 4, .everywhere) == [words])
    }

    // MARK: Networks

    private static func notices(
        _ options: [String: String] = ["parent": "eth0"], pools: [AddressPool] = .lan, reserved: Set<IPAddress> = [],
        preparing prepare: (FakeHost) -> Void
    ) throws -> [Notice] {
        var lab = try DriverFixture()
        prepare(lab.host)
        let request = NetworkRequest(id: .swarm, options: options, pools: pools, reservedAddresses: reserved)
        try lab.driver.createNetwork(request)
        let notices = lab.driver.takeNotices()
        // Swarm repeats the call.
        try lab.driver.createNetwork(request)
        #expect(lab.driver.takeNotices() == [])
        return notices
    }

    @Test("A new network reports once which host addresses Docker may assign, and how to reserve them")
    func addressInRange() throws {
        let one = try Self.notices { $0.addAddress("192.168.50.2/24", to: "eth0") }
        #expect(
            one.map(\.description) == [
                """
                the subnets of network k3xq9v0zt1w8 have addresses of the host's own: 192.168.50.2 ("eth0"); unless \
                --ip-range leaves them out, Docker may choose one for a container, which is then refused: create the \
                network with --aux-address host=192.168.50.2
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
                the gateway 192.168.50.1 of network k3xq9v0zt1w8 is the host's own address on its parent "eth0", which \
                containers there cannot reach; name the LAN's router with --gateway, or leave the default route out with \
                -o gateway=none
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
