import Testing

@Suite("Route options", .serialized, .onMachine)
struct RouteOptionTests {
    @Test("A network has routes with and without a gateway, and a container can replace them")
    func routes() async throws {
        try await Scenario.run { scenario in
            try await scenario.machine.run(
                "ip -n router addr add 192.168.50.254/24 dev lan; ip -n router addr add 10.99.0.1/32 dev lo")
            try await scenario.createNetwork(
                "lan", "\(Scenario.lan) -o gateway=none -o 'routes=10.99.0.0/24 via 192.168.50.254, 172.30.0.0/16'")
            let web = try await scenario.startContainer("web", "--network lan")
            let routes = try await web.routes()
            #expect(routes.contains("10.99.0.0/24 via 192.168.50.254 dev eth0"))
            #expect(routes.contains("172.30.0.0/16 dev eth0 scope link"))
            #expect(!routes.contains { $0.hasPrefix("default") })
            #expect(try await web.reaches("10.99.0.1"))
            #expect(try await web.isCutOff(from: "203.0.113.1"), "gateway=none")

            let db = try await scenario.startConnected(
                "db", to: "lan", "--driver-opt 'routes=203.0.113.0/24 via 192.168.50.1'")
            #expect(try await db.reaches("203.0.113.1"))
            #expect(try await db.isCutOff(from: "10.99.0.1"), "the network's routes are not this container's")
            try await scenario.machine.run("docker rm -f web db")
            try await scenario.machine.run(
                "ip -n router addr del 192.168.50.254/24 dev lan; ip -n router addr del 10.99.0.1/32 dev lo")
        }
    }

    @Test("A single container can have gateway=none")
    func gatewayOfContainer() async throws {
        try await Scenario.run { scenario in
            try await scenario.createNetwork("lan", Scenario.lan)
            let web = try await scenario.startContainer("web", "--network lan")
            let db = try await scenario.startConnected("db", to: "lan", "--driver-opt gateway=none")
            #expect(try await web.reaches("203.0.113.1"))
            #expect(try await !db.routes().contains { $0.hasPrefix("default") })
            #expect(try await db.reaches("192.168.50.1"))
        }
    }

    @Test("A network with --config-from and --internal has no way out, but the options of the other network")
    func internalFromConfiguration() async throws {
        try await Scenario.run { scenario in
            try await scenario.machine.run("docker network create --config-only \(Scenario.lan) node-lan")
            for (name, option) in [("open", ""), ("closed", "--internal")] {
                try await scenario.createNetwork(name, "\(option) --config-from node-lan")
                let web = try await scenario.startContainer("web", "--network \(name)")
                #expect(try await web.routes().contains { $0.hasPrefix("default") } == (name == "open"))
                #expect(try await web.reaches("192.168.50.1"))
                if name == "closed" { #expect(try await web.isCutOff(from: "203.0.113.1")) }
                try await scenario.machine.run("docker rm -f web && docker network rm \(name)")
            }
            try await scenario.machine.run("docker network rm node-lan")
        }
    }

    @Test("A router outside the subnets or with a link-local address can be the gateway of a network or container")
    func routersOutside() async throws {
        try await Scenario.run { scenario in
            try await scenario.machine.run(
                """
                ip -n router addr add 198.51.100.1/32 dev lan; ip -n router addr add fe80::1/64 dev lan nodad
                ip -n router addr add 2001:db8::1/128 dev lo nodad
                """)
            let subnets = "--subnet 192.168.50.0/24 --ipv6 --subnet fd00:50::/64 -o parent=eth0"
            try await scenario.createNetwork("lan", "\(subnets) -o gateway=198.51.100.1,fe80::1")
            let web = try await scenario.startContainer("web", "--network lan")
            #expect(try await web.routes().contains("default via 198.51.100.1 dev eth0"))
            #expect(try await web.routes().contains { $0.hasPrefix("default via fe80::1 dev eth0") })
            for address in ["203.0.113.1", "2001:db8::1"] { #expect(try await web.reaches(address)) }
            try await scenario.machine.run("docker restart -t 0 web")
            let restarted = try await scenario.container("web")
            for address in ["203.0.113.1", "2001:db8::1"] { #expect(try await restarted.reaches(address)) }
            try await scenario.machine.run("docker rm -f web && docker network rm lan")

            try await scenario.createNetwork("lan", subnets)
            let db = try await scenario.startConnected("db", to: "lan", "--driver-opt gateway=198.51.100.1")
            #expect(try await db.routes().contains("default via 198.51.100.1 dev eth0"))
            #expect(try await db.routes().contains { $0.hasPrefix("default via fd00:50::1 dev eth0") })
            #expect(try await db.reaches("203.0.113.1"))
            try await scenario.machine.run(
                """
                ip -n router addr del 198.51.100.1/32 dev lan; ip -n router addr del fe80::1/64 dev lan
                ip -n router addr del 2001:db8::1/128 dev lo
                """)
        }
    }

    @Test("A container on two networks with the same router gets an error that suggests gateway=none for one of them")
    func sameRouter() async throws {
        try await Scenario.run { scenario in
            let router = "-o parent=eth0 -o gateway=198.51.100.1"
            try await scenario.createNetwork("first", "--subnet 192.168.50.0/24 \(router)")
            try await scenario.createNetwork("second", "--subnet 192.168.60.0/24 \(router)")
            let web = try await scenario.startContainer("web", "--network first")
            let outcome = try await scenario.machine.attempt("docker network connect second web")
            #expect(outcome.errors.contains("driver-opt=gateway=none for one of the two networks"))
            try await scenario.machine.run(
                """
                docker network disconnect -f second web >/dev/null 2>&1
                docker network connect --driver-opt gateway=none second web
                """)
            #expect(try await web.routes().contains("default via 198.51.100.1 dev eth0"))
            #expect(try await web.routes().contains { $0.hasPrefix("192.168.60.0/24") })
        }
    }

    @Test("Published ports are logged once, as a warning")
    func publishedPorts() async throws {
        try await Scenario.run { scenario in
            try await scenario.createNetwork("lan", Scenario.lan)
            let warnings = {
                try await scenario.machine.logLines(with: "published ports have no effect").count {
                    $0.contains("80/tcp")
                }
            }
            let before = try await warnings()
            let web = try await scenario.startContainer("web", "--network lan -p 8080:80")
            #expect(try await web.reaches("192.168.50.1"))
            #expect(try await warnings() == before + 1)
        }
    }
}

@Suite("Host routes", .serialized, .onMachine)
struct HostRouteTests {
    @Test("The host has a route to each layer 3 subnet until the network is removed")
    func layer3() async throws {
        try await Scenario.run { scenario in
            let table = "ip route show table all; ip -6 route show table all"
            try await scenario.createNetwork(
                "routed", "--subnet 10.31.0.0/24 --ipv6 --subnet fd00:31::/64 -o parent=eth0 -o ipvlan_mode=l3")
            let ours = try await scenario.machine.run("ip route show proto 118; ip -6 route show proto 118")
            #expect(ours.contains("10.31.0.0/24 dev eth0 scope link") && ours.contains("fd00:31::/64 dev eth0"))
            let web = try await scenario.startContainer("web", "--network routed --ip 10.31.0.20")
            try await scenario.machine.run("ip addr add 192.168.50.9/24 dev eth0")
            try await scenario.onRouter("ip route add 10.31.0.0/24 via 192.168.50.9 proto static")
            #expect(try await web.reaches("192.168.50.1"))
            #expect(try await scenario.routerReaches("10.31.0.20"))
            try await scenario.machine.run("docker rm -f web && docker network rm routed")
            #expect(try await !scenario.machine.run(table).contains("proto 118"))

            try await scenario.createNetwork(
                "unrouted", "--subnet 10.31.0.0/24 -o parent=eth0 -o ipvlan_mode=l3 -o host_routes=off")
            #expect(try await !scenario.machine.run(table).contains("10.31.0.0/24"))
        }
    }

    @Test("A network is refused, naming the route, if the host has another route to its subnet")
    func conflict() async throws {
        try await Scenario.run { scenario in
            try await scenario.machine.run("ip addr add 192.168.50.9/24 dev eth0")
            try await scenario.machine.run("ip route add 10.31.0.0/24 via 192.168.50.1 dev eth0")
            let words = try await scenario.refusal("--subnet 10.31.0.0/24 -o parent=eth0 -o ipvlan_mode=l3")
            #expect(words.contains("the host already has a route to 10.31.0.0/24"))
            #expect(words.contains("via 192.168.50.1 dev eth0"))
            #expect(try await scenario.machine.run("ip route show 10.31.0.0/24").contains("via 192.168.50.1"))
            try await scenario.machine.run("ip route del 10.31.0.0/24")
        }
    }
}
