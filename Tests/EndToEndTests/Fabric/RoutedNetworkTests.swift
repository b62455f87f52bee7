import Testing

@Suite("Layer 3 networks that a router learns", .serialized, .inFabric)
struct RoutedNetworkTests {
    @Test(
        "Containers of a subnet on two hosts reach each other and a station, by routes to each of them",
        arguments: Fabric.Session.every)
    func endpoints(session: Fabric.Session) async throws {
        try await Fabric.run { fabric in
            try await fabric.route(by: session)
            let containers = try await fabric.startSpanningContainers()
            let expected = containers.reduce(into: Set<String>()) { $0.formUnion($1.routes) }
            #expect(try await fabric.awaitLearnedRoutes(expected) == expected)

            for container in containers {
                for address in container.addresses {
                    #expect(try await fabric.reaches(address, from: .station), "\(address) of \(container.host)")
                }
                for address in Fabric.station { #expect(try await container.reaches(address), "\(container.host)") }
            }
            for address in containers[1].addresses { #expect(try await containers[0].reaches(address)) }

            try await containers[0].remove()
            #expect(try await fabric.awaitLearnedRoutes(containers[1].routes) == containers[1].routes)
        }
    }

    @Test("The route to a subnet is announced from the network's creation to its removal")
    func pools() async throws {
        try await Fabric.run { fabric in
            try await fabric.route(by: .unnumbered)
            var expected: Set<String> = []
            for (number, host) in zip(1..., Fabric.hosts) {
                try await fabric.createNetwork(
                    "routed", on: host,
                    "--subnet 10.30.\(number).0/24 --ipv6 --subnet fd30:0:0:\(number)::/64")
                expected.formUnion(["10.30.\(number).0/24 swp\(number)", "fd30:0:0:\(number)::/64 swp\(number)"])
            }
            #expect(try await fabric.awaitLearnedRoutes(expected) == expected)

            let web = try await fabric.startContainer("web", on: .host1, "--network routed")
            let db = try await fabric.startContainer("db", on: .host2, "--network routed")
            for address in db.addresses + Fabric.station { #expect(try await web.reaches(address), "\(address)") }

            try await db.remove()
            try await fabric.on(.host2, "docker network rm routed")
            let left = expected.filter { $0.hasSuffix("swp1") }
            #expect(try await fabric.awaitLearnedRoutes(left) == left)
        }
    }

    @Test("The way from the station to a container is the router, and nothing else")
    func traceroute() async throws {
        try await Fabric.run { fabric in
            try await fabric.route(by: .unnumbered)
            let containers = try await fabric.startSpanningContainers()
            for address in containers[1].addresses { #expect(try await fabric.reaches(address, from: .station)) }
            for (address, router) in zip(containers[1].addresses, ["192.168.99.1", "fd99::1"]) {
                let output = try await fabric.on(.station, "traceroute -n -q 1 -w 5 \(address)")
                let hops = output.split(separator: "\n").dropFirst().compactMap { line in
                    line.split(separator: " ").dropFirst().first
                }
                #expect(hops.map(String.init) == [router, address], "\(output)")
            }
            for (address, station) in zip(containers[0].addresses, Fabric.station) {
                let output = try await containers[0].inside("traceroute -n -q 1 -w 5 \(station)")
                #expect(output.split(separator: "\n").count == 3, "\(address): \(output)")
                #expect(output.split(separator: "\n").last?.contains(" \(station) ") == true, "\(output)")
            }
        }
    }

    @Test("A container keeps its address when it moves to another host")
    func move() async throws {
        try await Fabric.run { fabric in
            try await fabric.route(by: .unnumbered)
            try await fabric.createSpanningNetwork()
            let fixed = "--network spanning --ip 10.30.7.200 --ip6 fd30:0:0:7::200"
            for host in [Fabric.Node.host1, .host2, .host1] {
                let web = try await fabric.startContainer("web", on: host, fixed)
                #expect(web.addresses == ["10.30.7.200", "fd30:0:0:7::200"])
                #expect(try await fabric.awaitLearnedRoutes(web.routes) == web.routes)
                for address in web.addresses { #expect(try await fabric.reaches(address, from: .station)) }
                try await web.remove()
            }
            #expect(try await fabric.awaitLearnedRoutes([]) == [])
        }
    }

    @Test("Routes of the host that are not swiftvlan's stay on the host")
    func otherRoutes() async throws {
        try await Fabric.run { fabric in
            try await fabric.route(by: .unnumbered)
            try await fabric.on(.host1, "ip route add 172.20.0.0/16 dev eth0 proto static")
            try await withCleanUp {
                let containers = try await fabric.startSpanningContainers()
                let expected = containers.reduce(into: Set<String>()) { $0.formUnion($1.routes) }
                #expect(try await fabric.awaitLearnedRoutes(expected) == expected)
            } cleanUp: {
                try await fabric.on(.host1, "ip route del 172.20.0.0/16")
            }
        }
    }

    @Test("A subnet to which the fabric has a route already is refused, with the reason")
    func overlap() async throws {
        try await Fabric.run { fabric in
            try await fabric.route(by: .unnumbered)
            // First, because FRR applies a changed list only to routes that arrive afterwards.
            try await fabric.on(.host1, "vtysh -c 'configure' -c 'ip prefix-list default seq 5 permit 10.30.9.0/24'")
            try await fabric.on(
                .tor,
                "vtysh -c 'configure' -c 'ip prefix-list none seq 5 permit 10.30.9.0/24' -c 'router bgp 65000' "
                    + "-c 'address-family ipv4 unicast' -c 'network 10.30.9.0/24' -c 'exit' -c 'exit' "
                    + "-c 'ip route 10.30.9.0/24 blackhole'")
            try await withCleanUp {
                #expect(
                    try await fabric.machine.wait(
                        seconds: 60, until: "fabric on host1 ip route show proto bgp | grep -q 10.30.9.0/24"))
                let outcome = try await fabric.attempt(
                    on: .host1,
                    "docker network create -d swiftvlan -o parent=eth0 -o mode=l3 --subnet 10.30.9.0/24 overlapping")
                #expect(outcome.status != 0)
                #expect(outcome.errors.contains("10.30.9.0/24"), "\(outcome.errors)")
                #expect(try await fabric.on(.host1, "docker network ls -q --filter name=overlapping").isEmpty)
            } cleanUp: {
                try await fabric.on(.host1, "vtysh -c 'configure' -c 'no ip prefix-list default seq 5'")
                try await fabric.on(
                    .tor,
                    "vtysh -c 'configure' -c 'no ip prefix-list none seq 5' -c 'no ip route 10.30.9.0/24 blackhole' "
                        + "-c 'router bgp 65000' -c 'address-family ipv4 unicast' -c 'no network 10.30.9.0/24'")
            }
        }
    }
}
