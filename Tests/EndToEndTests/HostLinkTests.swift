import Testing

@Suite("VLAN links that the host also uses", .serialized, .onMachine)
struct HostLinkTests {
    @Test("A deleted network leaves its VLAN link to the host if an administrator added an address to it")
    func address() async throws {
        try await Scenario.run { scenario in
            let machine = scenario.machine
            try await scenario.createNetwork("tagged", "--subnet 192.168.74.0/24 -o parent=eth0.74")
            try await machine.run("ip addr add 192.168.74.9/24 dev eth0.74")
            _ = try await scenario.startContainer("web", "--network tagged")
            try await machine.run("docker rm -f web && docker network rm tagged")
            #expect(try await machine.run("ip -4 -o addr show dev eth0.74").contains("192.168.74.9/24"))
            #expect(try await !machine.run("ip link show eth0.74").contains("alias"))
            // From now on the link belongs to the host, even if the address is removed.
            try await machine.run("ip addr del 192.168.74.9/24 dev eth0.74")
            try await scenario.createNetwork("tagged", "--subnet 192.168.74.0/24 -o parent=eth0.74")
            try await machine.run("docker network rm tagged && ip link del eth0.74")
        }
    }

    @Test("Two nested VLAN links both stay while the host has a route over the inner one")
    func nested() async throws {
        try await Scenario.run { scenario in
            let machine = scenario.machine
            try await scenario.createNetwork("nested", "--subnet 192.168.75.0/24 -o parent=eth0.75.76")
            try await machine.run("ip route add 198.51.100.0/24 dev eth0.75.76")
            try await machine.run("docker network rm nested")
            for link in ["eth0.75", "eth0.75.76"] {
                #expect(try await machine.attempt("ip link show \(link)").status == 0)
            }
            try await machine.run("ip link del eth0.75")
        }
    }
}
