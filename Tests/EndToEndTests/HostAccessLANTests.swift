import Testing

/// What the LAN notices of host access: nothing.
@Suite("The LAN of a Docker host with host access", .serialized, .onMachine)
struct HostAccessLANTests {
    @Test("Hosts on the LAN lose no ping of the Docker host, and learn no MAC address of a shim, on macvlan networks")
    func macvlan() async throws {
        try await expectUnnoticed(rounds: 4) { round in
            // Every other round, the host has reserved addresses.
            let reserved = round % 2 == 0 ? "" : "--aux-address host=192.168.50.99 --aux-address host6=fd00:50::99"
            return [
                "\(Scenario.dualLAN) \(reserved)",
                "--subnet 192.168.60.0/24 --aux-address host=192.168.60.9 -o parent=eth0",
            ]
        }
    }

    @Test("Hosts on the LAN lose no ping of the Docker host on ipvlan networks", arguments: ["l2", "l3"])
    func ipvlan(mode: String) async throws {
        try await expectUnnoticed(rounds: 1) { _ in
            [
                """
                --subnet 10.31.0.0/24 --aux-address host=10.31.0.99 --ipv6 --subnet fd00:31::/64 \
                --aux-address host6=fd00:31::99 -o parent=eth0 -o mode=\(mode)
                """,
                "--subnet 10.32.0.0/24 --aux-address host=10.32.0.99 -o parent=eth0 -o mode=\(mode)",
            ]
        }
    }

    /// Watches the host while networks with host access and their containers are created, used and removed.
    private func expectUnnoticed(rounds: Int, networks: @Sendable (Int) -> [String]) async throws {
        try await Scenario.run { scenario in
            let machine = scenario.machine
            try await scenario.addHostAddresses()
            let watch = try await scenario.watchHost {
                for round in 0..<rounds {
                    for (number, arguments) in networks(round).enumerated() {
                        try await scenario.createNetwork("lan\(number)", "\(arguments) -o host_access=on")
                        for name in ["web\(number)", "db\(number)"] {
                            let container = try await scenario.startContainer(name, "--network lan\(number)")
                            let address = try await container.address(.ipv4)
                            #expect(try await machine.pings(address, with: "", tries: 30), "\(name)")
                        }
                    }
                    try await machine.restartDaemon(round == 0 ? .asked : .killed)
                    try await machine.run("docker rm -f db0 web1 >/dev/null")
                    try await scenario.removeAll()
                    try await scenario.expectNoHostAccess()
                }
            }
            print("The LAN during \(rounds) rounds: \(watch.pings), \(watch.questions) questions, \(watch.addresses)")
            for pings in watch.pings {
                #expect(pings.noneLost, "\(pings)")
                #expect(pings.transmitted > 100)
            }
            #expect(watch.questions > 0)
            #expect(Array(watch.addresses.keys) == [watch.expected])
        }
    }
}
