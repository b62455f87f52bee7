import Testing

/// Host access with ipvlan, VLANs and bonds, for which the throwaway host lacks the kinds of links.
@Suite("Host access on every kind of link", .serialized, .onMachine)
struct HostAccessKindTests {
    /// A kind of network and where its containers reach the host.
    struct Kind: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let network: String
        let addresses: [String]
        /// Whether containers are on the LAN itself, so that they and the router reach each other without a route.
        var isOnLAN = true

        static let all = [
            Kind(
                testDescription: "l2 with reserved addresses",
                network: """
                    \(Scenario.dualLAN) -o mode=l2 --aux-address host=192.168.50.99 --aux-address host6=fd00:50::99
                    """, addresses: ["192.168.50.99", "fd00:50::99"]),
            Kind(
                testDescription: "l3", network: "\(Kind.routed) -o mode=l3", addresses: Scenario.hostAddresses,
                isOnLAN: false),
            Kind(
                testDescription: "l3s", network: "\(Kind.routed) -o mode=l3s", addresses: Scenario.hostAddresses,
                isOnLAN: false),
            Kind(
                testDescription: "l3 with reserved addresses",
                network: "\(Kind.routed) -o mode=l3 --aux-address host=10.31.0.99 --aux-address host6=fd00:31::99",
                addresses: ["10.31.0.99", "fd00:31::99"], isOnLAN: false),
        ]

        private static let routed = "--subnet 10.31.0.0/24 --ipv6 --subnet fd00:31::/64 -o parent=eth0"
    }

    @Test(
        "The host and ipvlan containers reach each other, also after a kill of the daemon and a container's restart",
        arguments: Kind.all)
    func ipvlan(kind: Kind) async throws {
        try await Scenario.run { scenario in
            let machine = scenario.machine
            try await scenario.addHostAddresses()
            try await scenario.onRouter("ip route add 10.31.0.0/24 via 192.168.50.9 proto static")
            try await scenario.onRouter("ip -6 route add fd00:31::/64 via fd00:50::9 proto static")
            try await scenario.createNetwork("lan", "\(kind.network) -o host_access=on")
            let web = try await scenario.startContainer("web", "--network lan")
            try await web.expectHostAccess(at: kind.addresses, "at first")
            #expect(try await scenario.routerReaches("192.168.50.9"))
            #expect(try await scenario.routerReaches(try await web.address(.ipv4)))
            #expect(try await scenario.routerReaches(try await web.address(.ipv6)))
            #expect(try await web.reaches("192.168.50.1"))

            try await machine.restartDaemon(.killed)
            try await web.expectHostAccess(at: kind.addresses, "after a kill")
            try await machine.run("docker restart -t 0 web")
            let again = try await scenario.container("web")
            try await again.expectHostAccess(at: kind.addresses, "after the container's restart")
            try await scenario.removeAll()
            try await scenario.expectNoHostAccess()
        }
    }

    @Test("The host and containers on a VLAN reach each other, also after the VLAN link was deleted")
    func vlan() async throws {
        try await Scenario.run { scenario in
            let machine = scenario.machine
            try await scenario.layVLAN(50, "192.168.150.1/24", "fd00:150::1/64")
            let addresses = ["192.168.150.99", "fd00:150::99"]
            try await scenario.createNetwork(
                "tagged",
                """
                --subnet 192.168.150.0/24 --gateway 192.168.150.1 --aux-address host=\(addresses[0]) --ipv6 \
                --subnet fd00:150::/64 --gateway fd00:150::1 --aux-address host6=\(addresses[1]) -o parent=eth0.50 \
                -o host_access=on
                """)
            let web = try await scenario.startContainer("web", "--network tagged")
            try await web.expectHostAccess(at: addresses, "at first")
            #expect(try await web.reaches("192.168.150.1"))

            let took = try await machine.milliseconds(
                after: "ip link del eth0.50", until: "[ -e /sys/class/net/sh-eth0.50 ]")
            print("The VLAN link and its shim were back after \(took) ms")
            #expect(took <= 10_000)
            try await machine.run("docker restart -t 0 web")
            let again = try await scenario.container("web")
            try await again.expectHostAccess(at: addresses, "after the loss of the VLAN link")
            try await scenario.removeAll()
            try await scenario.expectNoHostAccess()
        }
    }

    @Test("The host and containers on a bond reach each other, also after the bond failed over")
    func bond() async throws {
        try await SwitchedNIC.run(.bond(options: "")) { scenario in
            try await scenario.machine.run(
                "ip addr add 192.168.90.9/24 dev bond9; ip addr add fd00:90::9/64 dev bond9 nodad")
            try await scenario.createNetwork("bonded", "\(SwitchedNIC.network) -o parent=bond9 -o host_access=on")
            let web = try await scenario.startContainer("web", "--network bonded")
            try await web.expectHostAccess(at: ["192.168.90.9", "fd00:90::9"], "at first")
            try await scenario.machine.run("ip -n router link set lan91 down")
            #expect(try await web.reaches("192.168.90.1"))
            try await web.expectHostAccess(at: ["192.168.90.9", "fd00:90::9"], "after a fail-over")
        }
    }
}
