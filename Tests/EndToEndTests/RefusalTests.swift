import Testing

@Suite("Refusals", .serialized, .onMachine)
struct RefusalTests {
    @Test("A refused docker network create names the mistake and the fix in one sentence")
    func refusedNetworks() async throws {
        try await Scenario.run { scenario in
            let expected = [
                "parent=eth0.5000":
                    "parent=eth0.5000: 5000 is not a VLAN number; use 1 to 4094, as in parent=eth0.50",
                "parent=nosuch":
                    """
                parent=nosuch: there is no link "nosuch" on this host; name one that `ip link` shows, or LINK.VID \
                for a VLAN on it, such as eth0.50
                """,
                "parent=eht0": "parent=eht0: there is no link \"eht0\" on this host; did you mean parent=eth0?",
                "mode=nonsense":
                    """
                mode=nonsense: "nonsense" is not valid here; use bridge, private, vepa, passthru (macvlan) or \
                l2, l3, l3s (ipvlan)
                """,
                "parnet=eth0": "parnet=eth0: there is no option \"parnet\"; did you mean parent=eth0?",
                "parent=lo":
                    "parent=lo: the loopback cannot be a parent; name a link that leads out of the host",
            ]
            for (option, sentence) in expected {
                let words = try await scenario.refusal("--subnet 192.168.50.0/24 -o \(option)")
                #expect(words.contains(sentence), "-o \(option)")
                #expect(words.split(separator: "\n").count == 1, "-o \(option)")
            }
        }
    }

    @Test("A Docker option that would have no effect is refused")
    func dockersOptions() async throws {
        try await Scenario.run { scenario in
            let expected = [
                "mtu=1400": "did you mean com.docker.network.driver.mtu=1400?",
                "bridge.name=br0": "only Docker's bridge driver has this option",
                "endpoint.ifname=lan0": "use com.docker.network.container_iface_prefix",
                "internal=true": "use `docker network create --internal`",
                "container_iface_prefix=a/b": "is not valid here",
            ]
            for (option, words) in expected {
                let refusal = try await scenario.refusal("\(Scenario.lan) -o com.docker.network.\(option)")
                #expect(refusal.contains("com.docker.network.\(option): ") && refusal.contains(words), "\(option)")
            }
            // The engine applies this option, or it is refused. It is never silently ignored.
            let option = "com.docker.network.enable_ipv6=true"
            let subnets = "\(Scenario.lan) --subnet fd00:50::/64"
            let outcome = try await scenario.machine.attempt(
                "docker network create -d swiftvlan \(subnets) -o \(option) lan")
            if outcome.status == 0 {
                let web = try await scenario.startContainer("web", "--network lan")
                #expect(try await web.address(.ipv6).hasPrefix("fd00:50:"))
            } else {
                #expect(outcome.errors.contains("create --ipv6") || outcome.errors.contains("IPv6"))
            }
        }
    }

    @Test("A bridge port is refused with a message that names what works instead")
    func port() async throws {
        try await Scenario.run { scenario in
            try await scenario.machine.run(
                """
                ip link add br9 type bridge && ip link add port9 type veth peer name far9 &&
                    ip link set port9 master br9
                """)
            try await withCleanUp {
                let port = try await scenario.refusal("--subnet 192.168.60.0/24 -o parent=port9")
                #expect(
                    port.contains(
                        """
                        port9 is a port of the bridge "br9", which takes all its packets but those of VLANs on it; use \
                        parent=br9, or a VLAN on port9 as in parent=port9.50
                        """), "\(port)")
            } cleanUp: {
                try await scenario.machine.run("ip link del br9; ip link del port9")
            }
        }
    }

    @Test("A second network that the kernel cannot serve is refused with the name of the first")
    func kindsDoNotMix() async throws {
        try await Scenario.run { scenario in
            try await scenario.createNetwork("lan", "--subnet 192.168.50.0/24 -o parent=eth0")
            let id = try await scenario.machine.run("docker network inspect -f '{{.Id}}' lan").prefix(12)
            let words = try await scenario.refusal("--subnet 192.168.60.0/24 -o parent=eth0 -o ipvlan_mode=l2")
            #expect(words.contains("network \(id) uses it for macvlan bridge"))

            // The same link by its alternative name.
            try await scenario.machine.run("ip link property add dev eth0 altname uplink0")
            let otherName = try await scenario.refusal("--subnet 192.168.60.0/24 -o parent=uplink0 -o ipvlan_mode=l2")
            #expect(otherName.contains("network \(id) uses it for macvlan bridge"))
            try await scenario.machine.run("ip link property del dev eth0 altname uplink0")
        }
    }
}
