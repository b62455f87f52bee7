import Testing

@Suite("VLANs on the wire", .serialized, .onMachine)
struct VLANTests {
    @Test("Macvlan on eth0.50 creates the link, tags packets on the wire, and removes the link with the network")
    func macvlanOnVLAN() async throws {
        try await Scenario.run { scenario in
            try await scenario.layVLAN(50, "192.168.150.1/24", "fd00:150::1/64")
            try await scenario.createNetwork(
                "tagged",
                """
                --subnet 192.168.150.0/24 --gateway 192.168.150.1 --ipv6 --subnet fd00:150::/64 \
                --gateway fd00:150::1 -o parent=eth0.50
                """)
            #expect(try await scenario.machine.run("ip -d link show eth0.50").contains("vlan protocol 802.1Q id 50"))
            let web = try await scenario.startContainer("web", "--network tagged --ip 192.168.150.20")
            let db = try await scenario.startContainer("db", "--network tagged")

            let frames = try await scenario.captureOnWire(until: ["192.168.150.20: ICMP echo reply"]) {
                let reached = try await web.reaches("192.168.150.1")
                #expect(reached)
            }
            #expect(frames.contains("vlan 50, p 0, ethertype IPv4 (0x0800), 192.168.150.20 > 192.168.150.1"))
            #expect(frames.contains("192.168.150.20 > 192.168.150.1: ICMP echo request"))
            #expect(frames.contains("192.168.150.1 > 192.168.150.20: ICMP echo reply"))
            #expect(try await web.reaches("fd00:150::1"))
            #expect(try await web.reaches(try await db.address(.ipv4)))
            #expect(try await scenario.routerReaches("192.168.150.20"))
        }
    }

    @Test("Ipvlan l2 on eth0.20 tags packets on the wire and uses the parent's MAC address")
    func ipvlanOnVLAN() async throws {
        try await Scenario.run { scenario in
            try await scenario.layVLAN(20, "192.168.120.1/24")
            try await scenario.createNetwork(
                "tagged", "--subnet 192.168.120.0/24 --gateway 192.168.120.1 -o parent=eth0.20 -o mode=l2")
            let web = try await scenario.startContainer("web", "--network tagged")
            let db = try await scenario.startContainer("db", "--network tagged")
            let parent = try await scenario.machine.run("cat /sys/class/net/eth0.20/address")
            let address = try await web.address(.ipv4)

            #expect(try await web.interface().address == parent)
            let frames = try await scenario.captureOnWire(until: ["\(address): ICMP echo reply"]) {
                let reached = try await web.reaches("192.168.120.1")
                #expect(reached)
            }
            #expect(
                frames.contains("vlan 20, p 0, ethertype IPv4 (0x0800), \(address) > 192.168.120.1: ICMP echo request"))
            #expect(try await web.reaches(try await db.address(.ipv4)))
            #expect(try await scenario.routerReaches(address))
        }
    }

    @Test("A VLAN link serves all networks that name it and is removed with the last one")
    func countedVLAN() async throws {
        try await Scenario.run { scenario in
            try await scenario.createNetwork("one", "--subnet 10.71.1.0/24 -o parent=eth0.71")
            try await scenario.createNetwork("two", "--subnet 10.71.2.0/24 -o parent=eth0.71")
            try await scenario.machine.run("docker network rm one")
            #expect(try await scenario.machine.attempt("ip link show eth0.71").status == 0)
            try await scenario.machine.run("docker network rm two")
            #expect(try await scenario.machine.attempt("ip link show eth0.71").status != 0)
        }
    }

    @Test("A foreign VLAN link is used and never removed")
    func foreignVLAN() async throws {
        try await Scenario.run { scenario in
            try await scenario.machine.run("ip link add eth0.72 link eth0 type vlan id 72 && ip link set eth0.72 up")
            try await scenario.createNetwork("one", "--subnet 10.72.0.0/24 -o parent=eth0.72")
            let words = try await scenario.refusal("--subnet 10.73.0.0/24 -o parent=eth0.072")
            #expect(words.contains("072 is not a VLAN number"))
            _ = try await scenario.startContainer("web", "--network one")
            try await scenario.machine.run("docker rm -f web && docker network rm one")
            #expect(try await scenario.machine.attempt("ip link show eth0.72").status == 0)
            try await scenario.machine.run("ip link del eth0.72")
        }
    }
}
