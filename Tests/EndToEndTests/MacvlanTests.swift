import Testing

@Suite("Macvlan on a host link", .serialized, .onMachine)
struct MacvlanTests {
    @Test("Two dual-stack containers reach each other and the router, and the router reaches them")
    func dualStack() async throws {
        try await Scenario.run { scenario in
            try await scenario.createNetwork(
                "lan",
                """
                --subnet 192.168.50.0/24 --gateway 192.168.50.1 --ipv6 --subnet fd00:50::/64 --gateway fd00:50::1 \
                -o parent=eth0
                """)
            let web = try await scenario.startContainer("web", "--network lan")
            let db = try await scenario.startContainer("db", "--network lan")

            #expect(try await web.addresses() == ["192.168.50.2/24", "fd00:50::2/64"])
            #expect(try await web.routes().contains("default via 192.168.50.1 dev eth0"))
            #expect(try await web.routes().contains { $0.hasPrefix("default via fd00:50::1 dev eth0") })
            // The last address is beyond the router.
            for address in ["192.168.50.1", "fd00:50::1", "192.168.50.3", "fd00:50::3", "203.0.113.1"] {
                #expect(try await web.reaches(address), "web → \(address)")
            }
            #expect(try await db.reaches("192.168.50.2"))
            #expect(try await scenario.routerReaches("192.168.50.2"))
            #expect(try await scenario.routerReaches("fd00:50::3"))
        }
    }

    @Test("Networks share a parent, and a container may join two of them")
    func sharedParent() async throws {
        try await Scenario.run { scenario in
            try await scenario.createNetwork("first", Scenario.lan)
            try await scenario.createNetwork("second", "--subnet 192.168.60.0/24 --gateway 192.168.60.1 -o parent=eth0")
            try await scenario.machine.run("ip -n router addr add 192.168.60.1/24 dev lan")
            let web = try await scenario.startContainer("web", "--network first")
            try await scenario.machine.run("docker network connect second web")

            #expect(try await web.reaches("192.168.50.1"))
            #expect(try await web.reaches("192.168.60.1"))
            try await scenario.machine.run("docker network disconnect second web")
            #expect(try await web.reaches("192.168.50.1"))
            try await scenario.machine.run("ip -n router addr del 192.168.60.1/24 dev lan")
        }
    }

    @Test("A container keeps its MAC address across a restart, and gets the one that the user requests")
    func macAddresses() async throws {
        try await Scenario.run { scenario in
            try await scenario.createNetwork("lan", Scenario.lan)
            let first = try await scenario.startContainer("web", "--network lan --ip 192.168.50.20")
            let address = try await first.interface().address
            try await scenario.machine.run("docker restart -t 0 web")
            let second = try await scenario.container("web")
            #expect(try await second.interface().address == address)
            #expect(try await second.reaches("192.168.50.1"))

            let asked = "02:42:c0:a8:32:63"
            let db = try await scenario.startContainer("db", "--network lan --mac-address \(asked)")
            #expect(try await db.interface().address == asked)
            #expect(
                try await scenario.machine.run("docker inspect -f '{{.NetworkSettings.Networks.lan.MacAddress}}' db")
                    == asked)
            #expect(try await db.reaches("192.168.50.1"))
        }
    }

    @Test("A container whose command does not exist leaves no link, and the network keeps working")
    func failedStart() async throws {
        try await Scenario.run { scenario in
            try await scenario.createNetwork("lan", Scenario.lan)
            let outcome = try await scenario.machine.attempt("docker run --rm --network lan bb:1 nosuchcommand")
            #expect(outcome.status == 127)
            #expect(try await scenario.endpointLinksAreGone())
            let web = try await scenario.startContainer("web", "--network lan")
            #expect(try await web.reaches("192.168.50.1"))
        }
    }
}
