import Testing

@Suite("When the daemon is restarted", .serialized, .enabled(if: Bed.current != nil, "\(Bed.absence)"))
struct RestartTests {
    private static let lan = "--subnet 192.168.50.0/24 --gateway 192.168.50.1 -o parent=eth0"

    @Test("containers keep their network, new ones get on it, and what is stopped and removed then leaves nothing")
    func restart() async throws {
        try await Scenario.run { scenario in
            let bed = scenario.bed
            try await scenario.createNetwork("lan", Self.lan)
            let web = try await scenario.startContainer("web", "--network lan")
            let before = try await bed.records()
            #expect(before.networks == [try await bed.networkID("lan")])
            #expect(before.endpoints == (try await bed.endpointIDs("web")))
            try await bed.restartDaemon()

            #expect(try await bed.records() == before)
            #expect(try await web.reaches("192.168.50.1"))
            let db = try await scenario.startContainer("db", "--network lan")
            #expect(try await db.reaches("192.168.50.1"))
            #expect(try await db.reaches(try await web.address(.ipv4)))
            try await bed.restartDaemon(.killed)

            // What the daemon knows from records alone comes and goes like anything else.
            let address = try await web.interface().address
            try await bed.run("docker restart -t 0 web")
            #expect(try await scenario.container("web").interface().address == address)
            #expect(try await scenario.container("web").reaches(try await db.address(.ipv4)))
            try await bed.run("docker rm -f web db >/dev/null")
            #expect(try await scenario.endpointLinksAreGone())
            #expect(try await bed.records() == Records(networks: before.networks, endpoints: []))
            try await bed.run("docker network rm lan")
            #expect(try await bed.records() == Records(networks: [], endpoints: []))
            try await scenario.createNetwork("lan", Self.lan)
        }
    }

    @Test("twenty times in a row, not one of a container's pings is lost")
    func pings() async throws {
        try await Scenario.run { scenario in
            try await scenario.createNetwork("lan", Self.lan)
            let web = try await scenario.startContainer("web", "--network lan")
            let pings = try await web.pings(to: "192.168.50.1") {
                try await scenario.bed.restartDaemon(times: 19)
                try await scenario.bed.restartDaemon(.killed)
            }
            print("During 20 restarts of the daemon: \(pings)")
            #expect(pings.noneLost, "\(pings)")
            // A second at the least, or the daemon was not restarted at all.
            #expect(pings.transmitted > 10)
        }
    }

    @Test("a container that is removed and made again at once, with the same addresses, never finds them taken")
    func fastReplacement() async throws {
        try await Scenario.run { scenario in
            try await scenario.createNetwork("lan", Self.lan)
            for _ in 0..<5 {
                let web = try await scenario.startContainer("web", "--network lan --ip 192.168.50.21")
                try await scenario.bed.run("docker restart -t 0 web")
                try await scenario.bed.run("docker rm -f \(web.name)")
            }
        }
    }
}
