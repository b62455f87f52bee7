import Testing

@Suite("VLAN options", .serialized, .onMachine)
struct VLANOptionTests {
    @Test("The options vlan and vlan_name set the VLAN tag of packets and the name of the link")
    func namedVLAN() async throws {
        try await Scenario.run { scenario in
            try await scenario.layVLAN(60, "192.168.160.1/24")
            try await scenario.createNetwork(
                "tagged",
                "--subnet 192.168.160.0/24 --gateway 192.168.160.1 -o parent=eth0 -o vlan=60 -o vlan_name=office")
            #expect(try await scenario.machine.run("ip -d link show office").contains("vlan protocol 802.1Q id 60"))
            try await expectTags(["vlan 60"], from: "192.168.160.20", to: "192.168.160.1", in: scenario)
            try await scenario.machine.run("docker rm -f web && docker network rm tagged")
            #expect(try await scenario.machine.attempt("ip link show office").status != 0)
        }
    }

    @Test(
        "A nested VLAN works with either protocol of the outer tag",
        arguments: [("802.1q", "ethertype 802.1Q (0x8100)"), ("802.1ad", "ethertype 802.1Q-QinQ (0x88a8)")])
    func vlanInVLAN(outer: String, ethertype: String) async throws {
        try await Scenario.run { scenario in
            try await scenario.machine.run(
                """
                ip -n router link add lan.100 link lan type vlan protocol \(outer) id 100
                ip -n router link add lan.100.20 link lan.100 type vlan id 20
                ip -n router link set lan.100 up; ip -n router link set lan.100.20 up
                ip -n router addr add 192.168.220.1/24 dev lan.100.20
                """)
            try await scenario.createNetwork(
                "tagged",
                "--subnet 192.168.220.0/24 --gateway 192.168.220.1 -o parent=eth0.100.20 -o vlan_protocol=\(outer)")
            #expect(
                try await scenario.machine.run("ip -d link show eth0.100").lowercased().contains("protocol \(outer)"))
            try await expectTags(
                [ethertype, "vlan 100", "vlan 20"], from: "192.168.220.20", to: "192.168.220.1", in: scenario)
            try await scenario.machine.run("docker rm -f web && docker network rm tagged")
            #expect(try await scenario.machine.attempt("ip link show eth0.100").status != 0)
        }
    }

    @Test("A VLAN link whose name would be too long gets a short one, which is logged")
    func longName() async throws {
        try await Scenario.run { scenario in
            try await scenario.machine.run("ip link add enx0123456789ab type veth peer name peer0 netns router")
            try await scenario.machine.run(
                """
                ip link set enx0123456789ab up; ip -n router link set peer0 up
                ip -n router link add peer0.50 link peer0 type vlan id 50; ip -n router link set peer0.50 up
                ip -n router addr add 192.168.150.1/24 dev peer0.50
                """)
            try await scenario.createNetwork(
                "tagged", "--subnet 192.168.150.0/24 --gateway 192.168.150.1 -o parent=enx0123456789ab.50")
            let web = try await scenario.startContainer("web", "--network tagged")
            #expect(try await web.reaches("192.168.150.1"))
            #expect(try await !scenario.machine.logLines(with: "enx0123456789ab.50").isEmpty)
            try await scenario.machine.run(
                "docker rm -f web && docker network rm tagged && ip link del enx0123456789ab")
        }
    }

    /// Expects pings of a container on the network to have these tags on the wire.
    private func expectTags(
        _ tags: [String], from address: String, to router: String, in scenario: Scenario
    ) async throws {
        let web = try await scenario.startContainer("web", "--network tagged --ip \(address)")
        let frames = try await scenario.captureOnWire(until: ["\(address) > \(router): ICMP echo request"]) {
            let reached = try await web.reaches(router)
            #expect(reached)
        }
        let ping = frames.split(separator: "\n").first { $0.contains("\(address) > \(router): ICMP echo request") }
        for tag in tags { #expect(ping?.contains(tag) == true, "\(tag) in \(ping ?? "no ping on the wire")") }
    }
}
