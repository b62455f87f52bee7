import Testing

/// Without live-restore, where containers end with the engine; only on the throw-away host, where that takes a second.
@Suite("When the engine is restarted", .serialized, .enabled(if: Bed.current != nil, "\(Bed.absence)"))
struct EngineRestartTests {
    @Test(
        "its containers come back to their network with the addresses that they had, even if nobody told of their end",
        arguments: Bed.Ending.allCases)
    func restart(ending: Bed.Ending) async throws {
        try await Scenario.run { scenario in
            let bed = scenario.bed
            try await scenario.createNetwork(
                "lan", "--subnet 192.168.50.0/24 --gateway 192.168.50.1 -o parent=eth0")
            // To `sleep` as a container's first process, only this signal means something.
            let web = try await scenario.startContainer(
                "web", "--restart always --stop-signal KILL --network lan --ip 192.168.50.20")
            // One that does not come back, and of whose end a killed engine tells nobody.
            _ = try await scenario.startContainer("gone", "--stop-signal KILL --network lan")
            let address = try await web.interface().address
            let before = try await bed.records()
            #expect(before.endpoints.count == 2)
            try await bed.restartEngine(ending)
            let isBack = try await bed.wait(
                seconds: 60, until: "[ $(docker inspect -f '{{.State.Pid}}' web) != 0 ]")
            #expect(isBack)

            let again = try await scenario.container("web")
            #expect(try await again.interface().address == address)
            #expect(try await again.reaches("192.168.50.1"))
            try await bed.expectEndpointRecords(try await bed.endpointIDs("web"), within: .seconds(90))
            #expect(try await bed.records().networks == before.networks)
            #expect(try await scenario.startContainer("new", "--network lan").reaches("192.168.50.20"))
        }
    }
}
