import Testing

@Suite("Addresses of containers", .serialized, .onMachine)
struct AddressingTests {
    @Test("A container gets its --ip and --ip6, or an address in --ip-range that is no --aux-address")
    func rangesAndReservations() async throws {
        try await Scenario.run { scenario in
            try await scenario.createNetwork(
                "lan",
                """
                --subnet 192.168.50.0/24 --ip-range 192.168.50.192/29 --gateway 192.168.50.1 \
                --aux-address printer=192.168.50.193 --aux-address nas=192.168.50.192 \
                --ipv6 --subnet fd00:50::/64 --gateway fd00:50::1 -o parent=eth0
                """)
            let asked = try await scenario.startContainer("asked", "--network lan --ip 192.168.50.77 --ip6 fd00:50::77")
            let given = try await scenario.startContainer("given", "--network lan")

            #expect(try await asked.addresses() == ["192.168.50.77/24", "fd00:50::77/64"])
            #expect(try await given.addresses().contains("192.168.50.194/24"))
            #expect(try await given.reaches("192.168.50.77"))
            #expect(try await given.reaches("fd00:50::77"))
            #expect(try await asked.reaches("192.168.50.1"))
        }
    }

    @Test("Without --gateway the first address is reserved for the router, even with gateway=none")
    func firstAddress() async throws {
        try await Scenario.run { scenario in
            let subnets = "--subnet 192.168.50.0/24 --ipv6 --subnet fd00:50::/64 -o parent=eth0"
            try await scenario.createNetwork("lan", subnets)
            let web = try await scenario.startContainer("web", "--network lan")
            #expect(try await web.addresses() == ["192.168.50.2/24", "fd00:50::2/64"])
            #expect(try await web.routes().contains("default via 192.168.50.1 dev eth0"))
            #expect(try await web.routes().contains { $0.hasPrefix("default via fd00:50::1 dev eth0") })
            #expect(try await web.reaches("203.0.113.1"))
            try await scenario.machine.run("docker rm -f web && docker network rm lan")

            try await scenario.createNetwork("lan", "\(subnets) -o gateway=none")
            let db = try await scenario.startContainer("db", "--network lan")
            #expect(try await db.addresses() == ["192.168.50.2/24", "fd00:50::2/64"])
            #expect(try await !db.routes().contains { $0.hasPrefix("default") })
        }
    }

    @Test("Containers on an internal network reach each other but no address outside their subnets")
    func internalNetwork() async throws {
        try await Scenario.run { scenario in
            try await scenario.createNetwork(
                "inside",
                """
                --internal --subnet 192.168.50.0/24 --gateway 192.168.50.1 --ipv6 --subnet fd00:50::/64 \
                --gateway fd00:50::1 -o parent=eth0
                """)
            let web = try await scenario.startContainer("web", "--network inside")
            let db = try await scenario.startContainer("db", "--network inside")

            #expect(try await !web.routes().contains { $0.hasPrefix("default") })
            #expect(try await web.isCutOff(from: "203.0.113.1"), "a way out beyond the router")
            #expect(try await web.reaches(try await db.address(.ipv4)))
            #expect(try await web.reaches(try await db.address(.ipv6)))
        }
    }

    @Test("A container on one of several subnets uses that subnet's gateway")
    func severalSubnets() async throws {
        try await Scenario.run { scenario in
            try await scenario.createNetwork(
                "lan",
                """
                --subnet 192.168.50.0/24 --gateway 192.168.50.1 --subnet 192.168.60.0/24 --gateway 192.168.60.1 \
                -o parent=eth0
                """)
            let first = try await scenario.startContainer("first", "--network lan --ip 192.168.50.10")
            let second = try await scenario.startContainer("second", "--network lan --ip 192.168.60.10")

            #expect(try await first.routes().contains("default via 192.168.50.1 dev eth0"))
            #expect(try await second.routes().contains("default via 192.168.60.1 dev eth0"))
        }
    }
}
