import Testing

@Suite("VLANs on the wire", .serialized, .onMachine)
struct VLANTests {
    @Test(
        "A macvlan network on eth0.50 creates the VLAN link, tags packets on the wire, and removes the link at its end")
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

    @Test("A VLAN of a bridge port reaches the LAN, and so does a VLAN of the bridge once the bridge is in it")
    func portAndBridge() async throws {
        try await Scenario.run { scenario in
            let machine = scenario.machine
            try await machine.run(
                """
                ip link add eth9 type veth peer name lan9 netns router
                ip link add br9 type bridge vlan_filtering 1
                ip link set eth9 master br9; ip link set eth9 up; ip link set br9 up
                ip -n router link set lan9 up
                ip -n router link add lan9.172 link lan9 type vlan id 172
                ip -n router addr add 192.168.172.1/24 dev lan9.172; ip -n router link set lan9.172 up
                """)
            try await withCleanUp {
                for parent in ["eth9.172", "br9.172"] {
                    let options = "--subnet 192.168.172.0/24 --gateway 192.168.172.1 -o parent=\(parent)"
                    if parent == "br9.172" {
                        try await machine.run("bridge vlan add dev eth9 vid 172")
                        let words = try await scenario.refusal(options)
                        #expect(words.contains("`bridge vlan add dev br9 vid 172 self`"), "\(words)")
                        try await machine.run("bridge vlan add dev br9 vid 172 self")
                    }
                    try await scenario.createNetwork("tagged", options)
                    let web = try await scenario.startContainer("web", "--network tagged --ip 192.168.172.20")
                    #expect(try await web.reaches("192.168.172.1"), "\(parent)")
                    #expect(try await scenario.routerReaches("192.168.172.20"), "\(parent)")
                    try await scenario.removeAll()
                }
            } cleanUp: {
                try await scenario.removeAll()
                try await machine.run("ip link del br9; ip link del eth9")
            }
        }
    }

    @Test("Networks that name a VLAN by a NIC's two names share its link, and both reach the LAN")
    func twoNames() async throws {
        try await Scenario.run { scenario in
            let machine = scenario.machine
            try await scenario.layVLAN(50, "192.168.150.1/24", "192.168.151.1/24")
            try await machine.run("ip link property add dev eth0 altname lan0")
            try await withCleanUp {
                for (third, parent) in [(150, "eth0.50"), (151, "lan0.50")] {
                    try await scenario.createNetwork(
                        "net\(third)",
                        "--subnet 192.168.\(third).0/24 --gateway 192.168.\(third).1 -o parent=\(parent)")
                    let container = try await scenario.startContainer("c\(third)", "--network net\(third)")
                    #expect(try await container.reaches("192.168.\(third).1"), "\(parent)")
                }
                #expect(try await machine.run("ip -br link show type vlan | wc -l") == "1")
                try await machine.run("docker rm -f c150 && docker network rm net150")
                #expect(try await scenario.container("c151").reaches("192.168.151.1"))
            } cleanUp: {
                try await scenario.removeAll()
                try await machine.run("ip link property del dev eth0 altname lan0")
            }
        }
    }

    @Test("An ipvlan l2 network on eth0.20 tags packets on the wire and uses the parent's MAC address")
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

    /// A command that advertises a router with the prefix fd00:1NN::/64 on lan.NN for each number, several times a second.
    private static let advertise = #"""
        perl -e '
            use Socket qw(:all);
            socket(my $raw, AF_INET6, SOCK_RAW, 58) or die "socket: $!";
            setsockopt($raw, 41, 18, pack("i", 255)) or die "IPV6_MULTICAST_HOPS: $!";
            while (1) {
                for my $number (@ARGV) {
                    open(my $file, "/sys/class/net/lan.$number/ifindex") or die "lan.$number: $!";
                    my $index = <$file> + 0;
                    setsockopt($raw, 41, 17, pack("i", $index)) or die "IPV6_MULTICAST_IF: $!";
                    my $prefix = inet_pton(AF_INET6, "fd00:1$number\::");
                    my $option = pack("CCCCNNN", 3, 4, 64, 0xC0, 3600, 3600, 0) . $prefix;
                    my $router = pack("CCnCCnNN", 134, 0, 0, 64, 0, 1800, 0, 0);
                    send($raw, $router . $option, 0, pack_sockaddr_in6(0, inet_pton(AF_INET6, "ff02::1"), $index));
                }
                select(undef, undef, undef, 0.3);
            }' 53 54
        """#

    @Test("The host gets no IPv6 address or route from a router in a VLAN that was created for containers")
    func advertisedVLAN() async throws {
        try await Scenario.run { scenario in
            try await scenario.layVLAN(53, "fd00:153::1/64")
            try await scenario.layVLAN(54, "fd00:154::1/64")
            // A foreign link proves that the router advertises itself.
            try await scenario.machine.run(
                """
                ip link add eth0.54 link eth0 type vlan id 54
                sysctl -qw net.ipv6.conf.eth0/54.accept_ra=2
                ip link set eth0.54 up
                """)
            try await scenario.createNetwork("tagged", "--subnet 192.168.153.0/24 -o parent=eth0.53")
            _ = try await scenario.startContainer("web", "--network tagged")
            try await scenario.machine.run("udevadm settle")
            let router = try await scenario.machine.run(
                "ip netns exec router \(Self.advertise) >/run/router.out 2>&1 </dev/null & echo $!")
            let isAdvertised = try await scenario.machine.wait(
                seconds: 60, until: "ip -6 route show default dev eth0.54 | grep -q via")
            let words = try await scenario.machine.run("kill \(router); cat /run/router.out; rm /run/router.out")
            #expect(isAdvertised, "\(words)")
            #expect(try await scenario.machine.run("ip -6 address show dev eth0.54").contains("fd00:154:"))
            #expect(
                try await scenario.machine.run("ip -6 address show dev eth0.53; ip -6 route show dev eth0.53") == "")
            #expect(try await scenario.machine.run("sysctl -n net.ipv6.conf.eth0/53.accept_ra") == "0")
            try await scenario.machine.run("ip link del eth0.54")
        }
    }

    @Test("An ipvlan l3 network reaches its IPv6 neighbors on a VLAN, and they reach it through the host")
    func routedVLAN() async throws {
        try await Scenario.run { scenario in
            try await scenario.layVLAN(55, "fd00:155::1/64")
            try await scenario.machine.run("sysctl -qw net.ipv6.conf.all.forwarding=1")
            try await scenario.createNetwork(
                "routed", "--ipv6 --subnet 192.168.155.0/24 --subnet fd00:156::/64 -o parent=eth0.55 -o mode=l3")
            let web = try await scenario.startContainer("web", "--network routed")
            let host = try await scenario.machine.run(
                "ip -6 -o address show dev eth0.55 scope link | grep -o 'fe80[^/]*'")
            try await scenario.machine.run("ip -6 route add fd00:155::/64 dev eth0.55")
            try await scenario.onRouter("ip -6 route add fd00:156::/64 via \(host) dev lan.55 proto static")
            #expect(try await web.reaches("fd00:155::1"))
            #expect(try await scenario.routerReaches(try await web.address(.ipv6)))
            // With this route, the link would be left to the host.
            try await scenario.machine.run("ip -6 route del fd00:155::/64 dev eth0.55")
        }
    }
}
