import Testing

@Suite("Link options", .serialized, .onMachine)
struct LinkOptionTests {
    @Test("A container gets its network's MTU, by either name of the option, unless it requests another")
    func mtu() async throws {
        try await Scenario.run { scenario in
            for name in ["mtu", "com.docker.network.driver.mtu"] {
                try await scenario.createNetwork("lan", "\(Scenario.lan) -o \(name)=1400")
                let web = try await scenario.startContainer("web", "--network lan")
                #expect(try await web.interface().mtu == 1400, "-o \(name)")
                // The largest packet that fits, and one that is a byte larger.
                #expect(try await web.reaches("192.168.50.1", "-M do -s 1372"))
                #expect(try await web.isCutOff(from: "192.168.50.1", "-M do -s 1373"))
                try await scenario.machine.run("docker rm -f web && docker network rm lan")
            }
            try await scenario.createNetwork("lan", "\(Scenario.lan) -o mtu=1400")
            let db = try await scenario.startConnected("db", to: "lan", "--driver-opt mtu=1300")
            #expect(try await db.interface().mtu == 1300)
            let words = try await scenario.refusal("--subnet 192.168.60.0/24 -o parent=eth0 -o mtu=9000")
            #expect(words.contains("9000") && words.contains("1500"))
        }
    }

    @Test("A MAC address can be random, have a prefix, or be a container's own")
    func macAddresses() async throws {
        try await Scenario.run { scenario in
            try await scenario.createNetwork("lan", "\(Scenario.lan) -o mac=02:aa:bb")
            let web = try await scenario.startContainer("web", "--network lan")
            #expect(try await web.interface().address?.hasPrefix("02:aa:bb:") == true)
            let db = try await scenario.startConnected("db", to: "lan", "--driver-opt mac=02:42:c0:a8:32:64")
            #expect(try await db.interface().address == "02:42:c0:a8:32:64")
            #expect(try await db.reaches("192.168.50.1"))
            try await scenario.machine.run("docker rm -f web db && docker network rm lan")

            try await scenario.createNetwork("lan", "\(Scenario.lan) -o mac=random")
            let first = try await scenario.startContainer("web", "--network lan --ip 192.168.50.20")
            let before = try await first.interface().address
            try await scenario.machine.run("docker restart -t 0 web")
            let second = try await scenario.container("web")
            #expect(try await second.interface().address != before)
            #expect(try await second.reaches("192.168.50.1"))
        }
    }

    @Test("A container's interfaces have the names that its networks or the container request")
    func interfaceNames() async throws {
        try await Scenario.run { scenario in
            let option = "com.docker.network.container_iface_prefix"
            try await scenario.createNetwork("lan", "\(Scenario.lan) -o \(option)=lan")
            try await scenario.createNetwork("mgmt", "--subnet 192.168.60.0/24 -o parent=eth0 -o \(option)=lan")
            try await scenario.createNetwork("plain", "--subnet 192.168.70.0/24 -o parent=eth0")
            let web = try await scenario.startContainer("web", "--network lan")
            #expect(try await web.interface("lan0").addr_info.contains { $0.local.hasPrefix("192.168.50.") })
            #expect(try await web.reaches("192.168.50.1"))
            for (network, name) in [("mgmt", "lan1"), ("plain", "eth0")] {
                try await scenario.machine.run("docker network connect \(network) web")
                #expect(try await web.interface(name).mtu == 1500)
            }
            // A restart gives the same names. The engine chooses the order of networks.
            try await scenario.machine.run("docker restart -t 0 web")
            let again = try await scenario.container("web")
            for name in ["lan0", "lan1", "eth0"] { #expect(try await again.interface(name).mtu == 1500) }

            let db = try await scenario.startConnected("db", to: "lan", "--driver-opt \(option)=dmz")
            #expect(try await db.interface("dmz0").mtu == 1500)
            #expect(try await db.reaches("192.168.50.1"))
        }
    }

    @Test("Without IP addresses from Docker, a container keeps only a MAC address that the user sets, which is logged")
    func macAddressWithoutIP() async throws {
        try await Scenario.run { scenario in
            try await scenario.createNetwork("lan", "--ipam-driver null -o parent=eth0")
            let id = try await scenario.machine.networkID("lan").prefix(12)
            #expect(
                try await scenario.machine.logLines(with: "containers of network \(id) get another MAC address").count
                    == 1)
            let fixed = "02:42:c0:a8:32:65"
            _ = try await scenario.startContainer("fixed", "--network lan --mac-address \(fixed)")
            let web = try await scenario.startContainer("web", "--network lan")
            let before = try await web.interface().address
            try await scenario.machine.run("docker restart -t 0 fixed web")
            #expect(try await scenario.container("fixed").interface().address == fixed)
            #expect(try await scenario.container("web").interface().address != before)
        }
    }

    @Test("The kernel reports the requested bcqueuelen")
    func broadcastQueue() async throws {
        try await Scenario.run { scenario in
            try await scenario.createNetwork("lan", "\(Scenario.lan) -o bcqueuelen=5000")
            let web = try await scenario.startContainer("web", "--network lan")
            #expect(try await web.inside("ip -d link show dev eth0").contains("bcqueuelen 5000"))
        }
    }

    @Test("An unknown container option is refused and leaves no link")
    func unknownEndpointOption() async throws {
        try await Scenario.run { scenario in
            try await scenario.createNetwork("lan", Scenario.lan)
            try await scenario.machine.run("docker create --name web --network none bb:1 sleep 3600")
            try await scenario.machine.run("docker network disconnect none web && docker start web")
            let outcome = try await scenario.machine.attempt("docker network connect --driver-opt mtuu=1400 lan web")
            #expect(outcome.status != 0)
            #expect(outcome.errors.contains("mtuu=1400") && outcome.errors.contains("did you mean mtu=1400?"))
            #expect(try await scenario.endpointLinksAreGone())
        }
    }
}
