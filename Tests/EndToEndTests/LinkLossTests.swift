import Testing

@Suite("Lost links and routes", .serialized, .onMachine)
struct LinkLossTests {
    @Test("VLAN links deleted under running containers are recreated, and restarted containers work again")
    func vlans() async throws {
        try await Scenario.run { scenario in
            let machine = scenario.machine
            try await scenario.layVLAN(50, "192.168.150.1/24")
            try await scenario.layVLAN(20, "192.168.120.1/24")
            try await scenario.layVLAN(100)
            try await machine.run(
                """
                ip -n router link add lan.100.20 link lan.100 type vlan id 20
                ip -n router link set lan.100.20 up; ip -n router addr add 192.168.220.1/24 dev lan.100.20
                """)
            for (name, subnet, parent) in [
                ("macvlan", 150, "eth0.50"), ("nested", 220, "eth0.100.20"), ("ipvlan", 120, "eth0.20 -o mode=l2"),
            ] {
                try await scenario.createNetwork(
                    name, "--subnet 192.168.\(subnet).0/24 --gateway 192.168.\(subnet).1 -o parent=\(parent)")
            }
            let start = "start() { docker run -d --name $1$2 --network $1 --ip 192.168.$2 bb:1 sleep 3600 & }\n"
            try await machine.run(start + "start macvlan 150.20; start nested 220.20; start ipvlan 120.20; wait")
            try await expectBack(
                "four VLAN links", after: "printf 'link del %s\\n' eth0.50 eth0.20 eth0.100 | ip -batch -",
                until: Self.areUp("eth0.50", "eth0.20", "eth0.100", "eth0.100.20"), on: machine)

            // The kernel deleted the containers' links with their parents. A restart creates new ones.
            try await machine.run(
                start + "start nested 220.21; start ipvlan 120.21; docker restart -t 0 macvlan150.20 ipvlan120.20; wait"
            )
            for host in ["150.20", "220.21", "120.20", "120.21"] {
                #expect(try await scenario.routerReaches("192.168.\(host)"))
            }
            try await scenario.removeAll()
            #expect(try await machine.attempt("ip -o link show type vlan | grep .").status != 0, "a VLAN link is left")
        }
    }

    @Test("A VLAN link is recreated with its parent")
    func parentOfVLAN() async throws {
        try await Scenario.run { scenario in
            let machine = scenario.machine
            let nic = "ip link add eth9 type veth peer name lan9 netns router"
            let farEnd = """
                ip -n router link add lan9.50 link lan9 type vlan id 50; ip -n router link set lan9 up
                ip -n router link set lan9.50 up; ip -n router addr add 192.168.95.1/24 dev lan9.50; ip link set eth9 up
                """
            try await machine.run("\(nic)\n\(farEnd)")
            try await scenario.createNetwork(
                "tagged", "--subnet 192.168.95.0/24 --gateway 192.168.95.1 -o parent=eth9.50")
            try await machine.run("ip link del eth9")
            let words = try await machine.attempt("docker run --rm --network tagged bb:1 true").errors
            #expect(words.contains("\"eth9\" is not on this host now"), "\(words)")

            try await expectBack(
                "a VLAN link with its parent", after: nic, until: "[ -e /sys/class/net/eth9.50 ]", on: machine)
            try await machine.run(farEnd)
            let web = try await scenario.startContainer("web", "--network tagged")
            #expect(try await web.reaches("192.168.95.1"))
            let changes = [
                "ip link set eth9 down; sleep 1; ip link set eth9 up",
                "ip link set eth9 down; ip link set eth9 name away9; ip link set away9 up; sleep 1",
                "ip link set away9 down; ip link set away9 name eth9; ip link set eth9 up; sleep 1",
            ]
            for change in changes {
                try await machine.run(change)
                #expect(try await web.reaches("192.168.95.1"), "after: \(change)")
            }
            try await scenario.removeAll()
            try await machine.run("ip link del eth9")
        }
    }

    @Test("Deleted host routes and the deleted dummy link of a network without a parent are recreated")
    func routesAndDummies() async throws {
        try await Scenario.run { scenario in
            let machine = scenario.machine
            try await machine.run("ip addr add 192.168.50.9/24 dev eth0; ip addr add fd00:50::9/64 dev eth0 nodad")
            try await scenario.onRouter("ip route add 10.31.0.0/24 via 192.168.50.9 proto static")
            try await scenario.createNetwork(
                "routed", "--subnet 10.31.0.0/24 --ipv6 --subnet fd00:31::/64 -o parent=eth0 -o mode=l3")
            try await scenario.createNetwork("alone", "--subnet 10.41.0.0/24")
            let first = try await scenario.startContainer("first", "--network routed --ip 10.31.0.10")
            #expect(try await first.reaches("192.168.50.1"))
            let dummy = "sd-" + (try await machine.networkID("alone").prefix(12))

            for (family, subnet) in [("-4", "10.31.0.0/24"), ("-6", "fd00:31::/64")] {
                try await expectBack(
                    "the route to \(subnet)", after: "ip \(family) route del \(subnet) proto 118",
                    until: "ip \(family) route show proto 118 | grep -q '^\(subnet) '", on: machine)
            }
            try await expectBack("the dummy", after: "ip link del \(dummy)", until: Self.areUp(dummy), on: machine)
            #expect(try await scenario.routerReaches("10.31.0.10"))
            let web = try await scenario.startContainer("web", "--network alone --ip 10.41.0.10")
            _ = try await scenario.startContainer("db", "--network alone --ip 10.41.0.11")
            #expect(try await web.reaches("10.41.0.11"))
            try await scenario.removeAll()
        }
    }

    /// Expects a condition within ten times the promised second: on an emulated processor `ip` alone takes that long.
    private func expectBack(
        _ what: String, after loss: String, until condition: String, on machine: MachineFixture
    ) async throws {
        let took = try await machine.milliseconds(after: loss, until: condition)
        print("Back after \(took) ms: \(what)")
        #expect(took <= 10_000, "\(what)")
    }

    /// Returns a shell condition that starts no process, because a process would take longer than the measured time.
    private static func areUp(_ links: String...) -> String {
        links.map { link in
            "read -r flags 2>/dev/null </sys/class/net/\(link)/flags && [ $((flags & 1)) = 1 ]"
        }.joined(separator: " && ")
    }
}
