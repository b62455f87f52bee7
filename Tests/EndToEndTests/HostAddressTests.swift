import Testing

@Suite("Addresses of the host", .serialized, .onMachine)
struct HostAddressTests {
    @Test("A container is refused the host's address with a clear message, and a reserved address goes to no container")
    func refused() async throws {
        try await Scenario.run { scenario in
            let machine = scenario.machine
            try await machine.run(
                "ip addr add 192.168.50.2/24 dev eth0 && ip addr add fd00:50::2/64 dev eth0 nodad")
            try await scenario.createNetwork("lan", Scenario.lan)
            let words = try await machine.attempt("docker run --rm --network lan bb:1 true")
            #expect(words.status != 0)
            #expect(
                words.errors.contains("address 192.168.50.2 is the host's own, on link \"eth0\" with MAC address "))
            #expect(
                words.errors.contains(
                    """
                    ; choose another with --ip or --ip6, or recreate the network with --aux-address \
                    host=192.168.50.2, or with an --ip-range that excludes it
                    """))
            // Docker has released the address and starts a container with another one.
            let other = try await scenario.startContainer("other", "--network lan --ip 192.168.50.3")
            #expect(try await other.reaches("192.168.50.1"))
            try await machine.run("docker rm -f other && docker network rm lan")

            try await scenario.createNetwork(
                "lan",
                """
                \(Scenario.lan) --aux-address host=192.168.50.2 --ipv6 --subnet fd00:50::/64 --gateway fd00:50::1 \
                --aux-address host6=fd00:50::2
                """)
            let web = try await scenario.startContainer("web", "--network lan")
            #expect(try await web.addresses() == ["192.168.50.3/24", "fd00:50::3/64"])
            #expect(try await web.reaches("192.168.50.1"))
            let sixth = try await machine.attempt(
                "docker run --rm --network lan --ip6 fd00:50::2 bb:1 true")
            #expect(sixth.errors.contains("Address already in use"))
        }
    }

    @Test("A host address on another link is refused too, and is free again once it is removed")
    func elsewhere() async throws {
        try await Scenario.run { scenario in
            let machine = scenario.machine
            try await scenario.createNetwork("lan", Scenario.lan)
            try await machine.run("ip link add other type bridge && ip addr add 192.168.50.9/32 dev other")
            let words = try await machine.attempt("docker run --rm --network lan --ip 192.168.50.9 bb:1 true")
            #expect(words.errors.contains(#"address 192.168.50.9 is the host's own, on link "other""#))
            try await machine.run("ip link del other")
            let web = try await scenario.startContainer("web", "--network lan --ip 192.168.50.9")
            #expect(try await web.reaches("192.168.50.1"))
        }
    }
}
