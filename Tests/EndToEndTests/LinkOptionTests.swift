import Testing

@Suite("Link options", .serialized, .onMachine)
struct LinkOptionTests {
    @Test("A container gets its network's MTU, by either name of the option, unless it asks for another")
    func mtu() async throws {
        try await Scenario.run { scenario in
            for name in ["mtu", "com.docker.network.driver.mtu"] {
                try await scenario.createNetwork("lan", "\(Scenario.lan) -o \(name)=1400")
                let web = try await scenario.startContainer("web", "--network lan")
                #expect(try await web.interface().mtu == 1400, "-o \(name)")
                // The largest packet that fits, and one more byte.
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

    @Test("The kernel reports the bcqueuelen that was asked for")
    func broadcastQueue() async throws {
        try await Scenario.run { scenario in
            try await scenario.createNetwork("lan", "\(Scenario.lan) -o bcqueuelen=5000")
            let web = try await scenario.startContainer("web", "--network lan")
            #expect(try await web.inside("ip -d link show dev eth0").contains("bcqueuelen 5000"))
        }
    }

    @Test("An unknown option of a container is refused and leaves no link")
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
