import Testing

/// Fail-over of a bond in mode active-backup, of which each port leads to a switch port.
@Suite("Bonds", .serialized, .onMachine)
struct BondTests {
    /// A kind of network on a bond.
    struct Kind: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let mode: String
        /// The options of the bond.
        let bond: String

        static let all = [
            Kind(testDescription: "macvlan", mode: "bridge", bond: ""),
            Kind(testDescription: "ipvlan", mode: "l2", bond: ""),
            Kind(testDescription: "ipvlan with fail_over_mac=active", mode: "l2", bond: "fail_over_mac active"),
        ]
    }

    private static let addresses = ["192.168.90.20", "fd00:90::20"]

    @Test("After a bond failed over, the LAN sees a container's addresses behind the new port", arguments: Kind.all)
    func failedOver(kind: Kind) async throws {
        try await withContainer(kind) { scenario, mac in
            let machine = scenario.machine
            try await scenario.outdateNeighbor(Self.addresses)
            var took = 0
            let frames = try await scenario.captureOnWire("lan92", until: [" \(Self.addresses[0])"]) {
                took = try await machine.milliseconds(
                    after: "ip -n router link set lan91 down",
                    until: Scenario.neighborHas(mac, for: Self.addresses))
            }
            let now = try await machine.run("echo \(mac)")
            print("\(kind.testDescription): entries were corrected \(took) ms after the fail-over, to \(now)")
            #expect(took <= 10_000)
            #expect(try await machine.run("cat /sys/class/net/bond9/bonding/active_slave") == "eth92")
            let seen = frames.split(separator: "\n").contains {
                $0.contains("\(now) > ff:ff:ff:ff:ff:ff") && $0.contains(" \(Self.addresses[0])")
            }
            #expect(seen, "\(frames)")
            let learned = try await scenario.onRouter("bridge fdb show br switch9")
            #expect(learned.split(separator: "\n").contains { $0.hasPrefix(now) && $0.contains("lan92") }, "\(learned)")
        }
    }

    @Test("After a bond lost all ports and got one back, the LAN's entries are corrected", arguments: Kind.all)
    func portReturned(kind: Kind) async throws {
        try await withContainer(kind) { scenario, mac in
            let machine = scenario.machine
            try await machine.run("ip -n router link set lan91 down; ip -n router link set lan92 down")
            let lost = try await machine.wait(seconds: 60, until: "[ $(cat /sys/class/net/bond9/carrier) = 0 ]")
            #expect(lost)
            try await scenario.outdateNeighbor(Self.addresses)
            let took = try await machine.milliseconds(
                after: "ip -n router link set lan92 up", until: Scenario.neighborHas(mac, for: Self.addresses))
            print("\(kind.testDescription): entries were corrected \(took) ms after a port returned")
            #expect(took <= 10_000)
        }
    }

    /// Runs `body` with a container on the bond and a shell expression for its MAC address: ipvlan links have the bond's,
    /// which may change.
    private func withContainer(
        _ kind: Kind, _ body: @escaping @Sendable (Scenario, String) async throws -> Void
    ) async throws {
        try await SwitchedNIC.run(.bond(options: kind.bond)) { scenario in
            try await scenario.createNetwork("bonded", "\(SwitchedNIC.network) -o parent=bond9 -o mode=\(kind.mode)")
            let web = try await scenario.startContainer(
                "web", "--network bonded --ip \(Self.addresses[0]) --ip6 \(Self.addresses[1])")
            #expect(try await web.reaches("192.168.90.1"))
            try await scenario.waitForLastAnnouncement()
            let own = try #require(try await web.interface().address)
            try await body(scenario, kind.mode == "bridge" ? own : "$(cat /sys/class/net/bond9/address)")
        }
    }
}
