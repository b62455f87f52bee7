import Testing

/// Tests without live-restore, where containers stop with the engine. Runs only on the throwaway host, where that takes
/// a second.
@Suite("Docker restarts", .serialized, .onMachine)
struct EngineRestartTests {
    @Test(
        "Containers keep their addresses when Docker restarts, even after it was killed",
        arguments: MachineFixture.Ending.allCases)
    func restart(ending: MachineFixture.Ending) async throws {
        try await Scenario.run { scenario in
            let machine = scenario.machine
            try await scenario.createNetwork("lan", Scenario.lan)
            // As a container's first process, `sleep` reacts only to this signal.
            let web = try await scenario.startContainer(
                "web", "--restart always --stop-signal KILL --network lan --ip 192.168.50.20")
            // This container does not restart, and a killed engine does not report that it stopped.
            _ = try await scenario.startContainer("gone", "--stop-signal KILL --network lan")
            let address = try await web.interface().address
            let before = try await machine.records()
            #expect(before.endpoints.count == 2)
            try await machine.restartEngine(ending)
            let isBack = try await machine.wait(
                seconds: 60, until: "[ $(docker inspect -f '{{.State.Pid}}' web) != 0 ]")
            #expect(isBack)

            let again = try await scenario.container("web")
            #expect(try await again.interface().address == address)
            #expect(try await again.reaches("192.168.50.1"))
            try await machine.expectEndpointRecords(try await machine.endpointIDs("web"), within: .seconds(90))
            #expect(try await machine.records().networks == before.networks)
            #expect(try await scenario.startContainer("new", "--network lan").reaches("192.168.50.20"))
        }
    }

    @Test("A network that Docker lost can be created again, and an error names a conflicting network and its record")
    func lostNetwork() async throws {
        try await Scenario.run { scenario in
            let machine = scenario.machine
            try await scenario.createNetwork("lan", Scenario.lan)
            let id = try await machine.networkID("lan")
            let web = try await scenario.startContainer("web", "--stop-signal KILL --network lan")
            #expect(try await web.reaches("192.168.50.1"))
            try await machine.loseNetworks()
            try await machine.run("docker rm -f web")
            #expect(try await machine.run("docker network ls -q --filter type=custom") == "")

            // The same network again shares the parent with the network that Docker lost.
            try await scenario.createNetwork("lan", Scenario.lan)
            #expect(try await scenario.startContainer("web", "--network lan").reaches("192.168.50.1"))
            try await machine.run("docker rm -f web && docker network rm lan")

            let passthru = "\(Scenario.lan) -o mode=passthru"
            let words = try await scenario.refusal(passthru)
            #expect(words.contains("network \(id.prefix(12)) uses it for macvlan bridge"))
            let file = try #require(words.split(separator: "remove \"").last?.prefix { $0 != "\"" })
            #expect(words.contains("and restart swiftvlan"))
            try await machine.run("rm \(file)")
            try await machine.restartDaemon()
            try await scenario.createNetwork("lan", passthru)
            #expect(try await scenario.startContainer("web", "--network lan").reaches("192.168.50.1"))
        }
    }
}
