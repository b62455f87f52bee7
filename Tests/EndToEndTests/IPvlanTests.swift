import Testing

@Suite("Layer 3 networks and networks without a parent", .serialized, .onMachine)
struct IPvlanTests {
    @Test("Containers on two IPv4 subnets and an IPv6 subnet at layer 3 reach each other and the router")
    func layer3() async throws {
        try await Scenario.run { scenario in
            // At layer 3 the host routes packets: it needs addresses, and the router needs a route back.
            try await scenario.machine.run(
                "ip addr add 192.168.50.9/24 dev eth0; ip addr add fd00:50::9/64 dev eth0 nodad")
            for route in ["10.31.0.0/24 via 192.168.50.9", "10.32.0.0/24 via 192.168.50.9"] {
                try await scenario.machine.run("ip -n router route add \(route) proto static")
            }
            try await scenario.machine.run("ip -n router -6 route add fd00:31::/64 via fd00:50::9 proto static")
            try await scenario.createNetwork(
                "routed",
                """
                --subnet 10.31.0.0/24 --subnet 10.32.0.0/24 --ipv6 --subnet fd00:31::/64 \
                -o parent=eth0 -o ipvlan_mode=l3
                """)
            let first = try await scenario.startContainer("first", "--network routed --ip 10.31.0.10")
            let second = try await scenario.startContainer("second", "--network routed --ip 10.32.0.10")

            #expect(try await first.routes().contains("default via 10.31.0.1 dev eth0"))
            #expect(try await first.routes().contains { $0.hasPrefix("default via fd00:31::") }, "IPv6")
            #expect(try await first.reaches("10.32.0.10"))
            #expect(try await second.reaches("10.31.0.10"))
            #expect(try await first.reaches(try await second.address(.ipv6)))
            #expect(try await first.reaches("192.168.50.1"))
            #expect(try await first.reaches("fd00:50::1"))
            #expect(try await scenario.routerReaches("10.32.0.10"))
            #expect(try await scenario.routerReaches(try await first.address(.ipv6)))
            try await scenario.machine.run("ip -6 addr flush dev eth0 scope global")
        }
    }

    @Test("A container can join layer 3 and other networks in any order and has one default route")
    func severalNetworks() async throws {
        try await Scenario.run { scenario in
            try await scenario.machine.run("ip addr add 192.168.50.9/24 dev eth0")
            for subnet in ["10.31.0.0/24", "10.32.0.0/24"] {
                try await scenario.onRouter("ip route add \(subnet) via 192.168.50.9 proto static")
            }
            try await scenario.createNetwork("first", "--subnet 10.31.0.0/24 -o parent=eth0 -o mode=l3")
            try await scenario.createNetwork("second", "--subnet 10.32.0.0/24 -o parent=eth0 -o mode=l3")
            try await scenario.machine.run("docker network create --internal --subnet 10.33.0.0/24 bridged")

            let web = try await scenario.startContainer("web", "--network first")
            for network in ["second", "bridged"] {
                try await scenario.machine.run("docker network connect \(network) web")
            }
            let db = try await scenario.startContainer("db", "--network bridged")
            for network in ["second", "first"] {
                try await scenario.machine.run("docker network connect \(network) db")
            }
            for container in [web, db] {
                let routes = try await container.routes().filter { $0.hasPrefix("default") }
                #expect(routes.count == 1 && routes[0].hasPrefix("default via 10.31.0."), "\(routes)")
                #expect(try await container.reaches("192.168.50.1"))
                try await scenario.machine.run("docker network disconnect first \(container.name)")
                let left = try await container.routes().filter { $0.hasPrefix("default") }
                #expect(left.count == 1 && left[0].hasPrefix("default via 10.32.0."), "\(left)")
                #expect(try await container.reaches("192.168.50.1"))
            }
            try await scenario.machine.run("docker restart -t 0 web")
            let restarted = try await scenario.container("web").routes().filter { $0.hasPrefix("default") }
            #expect(restarted.count == 1 && restarted[0].hasPrefix("default via 10.32.0."), "\(restarted)")
        }
    }

    @Test("Containers without a parent reach each other and have no default route")
    func isolatedMacvlan() async throws {
        try await Scenario.run { scenario in
            try await scenario.createNetwork("alone", "--subnet 10.41.0.0/24 --gateway 10.41.0.1")
            let web = try await scenario.startContainer("web", "--network alone")
            let db = try await scenario.startContainer("db", "--network alone")
            let id = try await scenario.machine.run("docker network inspect -f '{{.Id}}' alone").prefix(12)

            #expect(try await scenario.machine.run("ip -d link show sd-\(id)").contains("dummy"))
            #expect(try await !web.routes().contains { $0.hasPrefix("default") })
            #expect(try await web.reaches(try await db.address(.ipv4)))
        }
    }

    @Test("Subnets of a layer 3 network without a parent reach each other")
    func isolatedLayer3() async throws {
        try await Scenario.run { scenario in
            try await scenario.createNetwork(
                "alone", "--subnet 10.51.0.0/24 --subnet 10.52.0.0/24 -o ipvlan_mode=l3")
            let first = try await scenario.startContainer("first", "--network alone --ip 10.51.0.10")
            let second = try await scenario.startContainer("second", "--network alone --ip 10.52.0.10")

            #expect(try await first.routes().contains("10.52.0.0/24 dev eth0 scope link"))
            #expect(try await first.reaches("10.52.0.10"))
            #expect(try await second.reaches("10.51.0.10"))
        }
    }

    @Test("A MAC address is refused on ipvlan, with the reason")
    func macAddress() async throws {
        try await Scenario.run { scenario in
            try await scenario.createNetwork("lan", "--subnet 192.168.50.0/24 -o parent=eth0 -o mode=l2")
            let outcome = try await scenario.machine.attempt(
                "docker run --rm --network lan --mac-address 02:42:c0:a8:32:63 bb:1 true")
            #expect(outcome.status != 0)
            #expect(outcome.errors.contains("ipvlan links have their parent's"))
        }
    }
}
