import Testing

@Suite("Options of links", .serialized, .enabled(if: Bed.current != nil, "\(Bed.absence)"))
struct LinkOptionTests {
    private static let lan = "--subnet 192.168.50.0/24 --gateway 192.168.50.1 -o parent=eth0"

    @Test("mtu is the network's, by either name of the option, unless a container wants another")
    func mtu() async throws {
        try await Scenario.run { scenario in
            for name in ["mtu", "com.docker.network.driver.mtu"] {
                try await scenario.createNetwork("lan", "\(Self.lan) -o \(name)=1400")
                let web = try await scenario.startContainer("web", "--network lan")
                #expect(try await web.interface().mtu == 1400, "-o \(name)")
                // The largest packet that fits, and one more byte.
                #expect(try await web.reaches("192.168.50.1", "-M do -s 1372"))
                #expect(try await web.isCutOff(from: "192.168.50.1", "-M do -s 1373"))
                try await scenario.bed.run("docker rm -f web && docker network rm lan")
            }
            try await scenario.createNetwork("lan", "\(Self.lan) -o mtu=1400")
            let db = try await scenario.startConnected("db", to: "lan", "--driver-opt mtu=1300")
            #expect(try await db.interface().mtu == 1300)
            let words = try await scenario.refusal("--subnet 192.168.60.0/24 -o parent=eth0 -o mtu=9000")
            #expect(words.contains("9000") && words.contains("1500"))
        }
    }

    @Test("mac=random, a prefix, and a container's own")
    func macAddresses() async throws {
        try await Scenario.run { scenario in
            try await scenario.createNetwork("lan", "\(Self.lan) -o mac=02:aa:bb")
            let web = try await scenario.startContainer("web", "--network lan")
            #expect(try await web.interface().address?.hasPrefix("02:aa:bb:") == true)
            let db = try await scenario.startConnected("db", to: "lan", "--driver-opt mac=02:42:c0:a8:32:64")
            #expect(try await db.interface().address == "02:42:c0:a8:32:64")
            #expect(try await db.reaches("192.168.50.1"))
            try await scenario.bed.run("docker rm -f web db && docker network rm lan")

            try await scenario.createNetwork("lan", "\(Self.lan) -o mac=random")
            let first = try await scenario.startContainer("web", "--network lan --ip 192.168.50.20")
            let before = try await first.interface().address
            try await scenario.bed.run("docker restart -t 0 web")
            let second = try await scenario.container("web")
            #expect(try await second.interface().address != before)
            #expect(try await second.reaches("192.168.50.1"))
        }
    }

    @Test("bcqueuelen is what the kernel says it is")
    func broadcastQueue() async throws {
        try await Scenario.run { scenario in
            try await scenario.createNetwork("lan", "\(Self.lan) -o bcqueuelen=5000")
            let web = try await scenario.startContainer("web", "--network lan")
            #expect(try await web.inside("ip -d link show dev eth0").contains("bcqueuelen 5000"))
        }
    }

    @Test("an option of a container that does not exist is refused, and nothing of the container is left")
    func unknownEndpointOption() async throws {
        try await Scenario.run { scenario in
            try await scenario.createNetwork("lan", Self.lan)
            try await scenario.bed.run("docker create --name web --network none bb:1 sleep 3600")
            try await scenario.bed.run("docker network disconnect none web && docker start web")
            let outcome = try await scenario.bed.attempt("docker network connect --driver-opt mtuu=1400 lan web")
            #expect(outcome.status != 0)
            #expect(outcome.errors.contains("mtuu=1400") && outcome.errors.contains("did you mean mtu=1400?"))
            #expect(try await scenario.endpointLinksAreGone())
        }
    }
}
