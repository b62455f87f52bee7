import Testing

@Suite("Daemon restarts", .serialized, .onMachine)
struct RestartTests {
    @Test("Containers keep their network across a daemon restart, new ones join it, and removal leaves nothing behind")
    func restart() async throws {
        try await Scenario.run { scenario in
            let machine = scenario.machine
            try await scenario.createNetwork("lan", Scenario.lan)
            let web = try await scenario.startContainer("web", "--network lan")
            let before = try await machine.records()
            #expect(before.networks == [try await machine.networkID("lan")])
            #expect(before.endpoints == (try await machine.endpointIDs("web")))
            try await machine.restartDaemon()

            #expect(try await machine.records() == before)
            #expect(try await web.reaches("192.168.50.1"))
            let db = try await scenario.startContainer("db", "--network lan")
            #expect(try await db.reaches("192.168.50.1"))
            #expect(try await db.reaches(try await web.address(.ipv4)))
            try await machine.restartDaemon(.killed)

            // An endpoint that the daemon knows only from its record can leave and join like any other.
            let address = try await web.interface().address
            try await machine.run("docker restart -t 0 web")
            #expect(try await scenario.container("web").interface().address == address)
            #expect(try await scenario.container("web").reaches(try await db.address(.ipv4)))
            try await machine.run("docker rm -f web db >/dev/null")
            #expect(try await scenario.endpointLinksAreGone())
            #expect(try await machine.records() == Records(networks: before.networks, endpoints: []))
            try await machine.run("docker network rm lan")
            #expect(try await machine.records() == Records(networks: [], endpoints: []))
            try await scenario.createNetwork("lan", Scenario.lan)
        }
    }

    @Test("No ping of a container is lost while the daemon restarts twenty times")
    func pings() async throws {
        try await Scenario.run { scenario in
            try await scenario.createNetwork("lan", Scenario.lan)
            let web = try await scenario.startContainer("web", "--network lan")
            let pings = try await web.pings(to: "192.168.50.1") {
                try await scenario.machine.restartDaemon(times: 19)
                try await scenario.machine.restartDaemon(.killed)
            }
            print("During 20 restarts of the daemon: \(pings)")
            #expect(pings.noneLost, "\(pings)")
            // With ten pings or fewer, the daemon was not restarted at all.
            #expect(pings.transmitted > 10)
        }
    }

    @Test("A container that is recreated at once gets the same address again")
    func fastReplacement() async throws {
        try await Scenario.run { scenario in
            try await scenario.createNetwork("lan", Scenario.lan)
            for _ in 0..<5 {
                let web = try await scenario.startContainer("web", "--network lan --ip 192.168.50.21")
                try await scenario.machine.run("docker restart -t 0 web")
                try await scenario.machine.run("docker rm -f \(web.name)")
            }
        }
    }
}
