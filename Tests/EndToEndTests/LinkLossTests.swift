import Testing

@Suite("When what the daemon made is taken away", .serialized, .enabled(if: Bed.current != nil, "\(Bed.absence)"))
struct LinkLossTests {
    /// How long the daemon may take to notice and repair.
    private static let limit = 1000

    @Test("all VLAN links at once, under running containers: they are back within a second, and so are containers")
    func vlans() async throws {
        try await Scenario.run { scenario in
            let bed = scenario.bed
            try await scenario.layVLAN(50, "192.168.150.1/24")
            try await scenario.layVLAN(20, "192.168.120.1/24")
            try await scenario.layVLAN(100)
            try await bed.run(
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
            let lay = """
                for pair in macvlan:150 nested:220 ipvlan:120; do
                    docker run -d --name $1${pair%:*} --network ${pair%:*} --ip 192.168.${pair#*:}.$2 bb:1 sleep 3600
                done
                """
            try await bed.run("set -- old- 20\n\(lay)")
            let took = try await bed.milliseconds(
                after: "for link in eth0.50 eth0.20 eth0.100; do ip link del $link; done",
                until: Self.areUp("eth0.50", "eth0.20", "eth0.100", "eth0.100.20"))
            print("Four VLAN links were back after \(took) ms.")
            #expect(took <= Self.limit)

            // The kernel took the old containers' links along with those below; a restart brings them new ones.
            try await bed.run("set -- new- 21\n\(lay)\ndocker restart -t 0 old-macvlan old-nested old-ipvlan")
            for subnet in [150, 220, 120] {
                for host in [20, 21] { #expect(try await scenario.routerReaches("192.168.\(subnet).\(host)")) }
            }
            try await scenario.removeAll()
            #expect(try await bed.attempt("ip -o link show type vlan | grep .").status != 0, "a VLAN link is left")
        }
    }

    @Test("the parent of a VLAN: when it is back, its VLAN link is within a second")
    func parentOfVLAN() async throws {
        try await Scenario.run { scenario in
            let bed = scenario.bed
            let layCard = """
                ip link add eth9 type veth peer name lan9 netns router
                ip -n router link add lan9.50 link lan9 type vlan id 50; ip -n router link set lan9 up
                ip -n router link set lan9.50 up; ip -n router addr add 192.168.95.1/24 dev lan9.50; ip link set eth9 up
                """
            try await bed.run(layCard)
            try await scenario.createNetwork(
                "tagged", "--subnet 192.168.95.0/24 --gateway 192.168.95.1 -o parent=eth9.50")
            try await bed.run("ip link del eth9")
            let words = try await bed.attempt("docker run --rm --network tagged bb:1 true").errors
            #expect(words.contains("there is no link \"eth9\" on this host"), "\(words)")

            let took = try await bed.milliseconds(after: layCard, until: Self.areUp("eth9.50"))
            print("A VLAN link was back \(took) ms after its parent.")
            #expect(took <= Self.limit)
            let web = try await scenario.startContainer("web", "--network tagged")
            #expect(try await web.reaches("192.168.95.1"))
            try await scenario.removeAll()
            try await bed.run("ip link del eth9")
        }
    }

    @Test("the routes of the host and the dummy of a network without a parent are back within a second")
    func routesAndDummies() async throws {
        try await Scenario.run { scenario in
            let bed = scenario.bed
            try await bed.run("ip addr add 192.168.50.9/24 dev eth0; ip addr add fd00:50::9/64 dev eth0 nodad")
            try await scenario.onRouter("ip route add 10.31.0.0/24 via 192.168.50.9 proto static")
            try await scenario.createNetwork(
                "routed", "--subnet 10.31.0.0/24 --ipv6 --subnet fd00:31::/64 -o parent=eth0 -o mode=l3")
            try await scenario.createNetwork("alone", "--subnet 10.41.0.0/24")
            let first = try await scenario.startContainer("first", "--network routed --ip 10.31.0.10")
            #expect(try await first.reaches("192.168.50.1"))
            let dummy = "sd-" + (try await bed.networkID("alone").prefix(12))

            for (family, subnet) in [("-4", "10.31.0.0/24"), ("-6", "fd00:31::/64")] {
                let took = try await bed.milliseconds(
                    after: "ip \(family) route del \(subnet) proto 118",
                    until: "ip \(family) route show proto 118 | grep -q '^\(subnet) '")
                print("The route to \(subnet) was back after \(took) ms.")
                #expect(took <= Self.limit)
            }
            let took = try await bed.milliseconds(after: "ip link del \(dummy)", until: Self.areUp(dummy))
            print("The dummy was back after \(took) ms.")
            #expect(took <= Self.limit)
            #expect(try await scenario.routerReaches("10.31.0.10"))
            let web = try await scenario.startContainer("web", "--network alone --ip 10.41.0.10")
            _ = try await scenario.startContainer("db", "--network alone --ip 10.41.0.11")
            #expect(try await web.reaches("10.41.0.11"))
            try await scenario.removeAll()
        }
    }

    /// A shell condition without a process of its own, which would take longer than what is measured.
    private static func areUp(_ links: String...) -> String {
        links.map { link in
            "read -r flags 2>/dev/null </sys/class/net/\(link)/flags && [ $((flags & 1)) = 1 ]"
        }.joined(separator: " && ")
    }
}
