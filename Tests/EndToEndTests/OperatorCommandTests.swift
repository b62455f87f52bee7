import Testing

@Suite("Commands of operators", .serialized, .onMachine)
struct OperatorCommandTests {
    /// The program of the daemon; on the throwaway host it is not installed.
    private static let swiftvlan = #""$(command -v swiftvlan || echo "/proc/$(pgrep -o -x swiftvlan)/exe")""#

    @Test("A network that Docker lost is removed by gc, and Docker's other networks stay")
    func garbage() async throws {
        try await Scenario.run { scenario in
            let machine = scenario.machine
            try await scenario.createNetwork("lan", Scenario.lan)
            let lost = try await machine.networkID("lan")
            let web = try await scenario.startContainer("web", "--stop-signal KILL --network lan")
            #expect(try await web.reaches("192.168.50.1"))
            try await machine.loseNetworks()
            try await machine.run("docker rm -f web")
            try await scenario.createNetwork("kept", "--subnet 192.168.60.0/24 -o parent=eth0.60")
            let kept = try await machine.networkID("kept")
            let dry = try await machine.run("\(Self.swiftvlan) gc --dry-run")
            #expect(dry.contains("would remove network \(lost.prefix(12)) (parent eth0"))
            #expect(!dry.contains(kept.prefix(12)))
            // It stays as long as Docker's last call about it is recent.
            let isDone = try await machine.wait(seconds: 60, until: "\(Self.swiftvlan) gc >/run/gc.txt 2>&1")
            #expect(isDone)
            let output = try await machine.run("cat /run/gc.txt; rm /run/gc.txt")
            #expect(output.contains("removed network \(lost.prefix(12)) "))
            #expect(try await machine.records().networks.count == 1)
            // Another kind needs the parent for itself.
            try await scenario.createNetwork("lan", "\(Scenario.lan) -o mode=passthru")
        }
    }

    @Test("A network and a container that Docker knows are not touched by gc")
    func running() async throws {
        try await Scenario.run { scenario in
            let machine = scenario.machine
            try await scenario.createNetwork("lan", Scenario.lan)
            let web = try await scenario.startContainer("web", "--network lan")
            let run = try await machine.attempt("\(Self.swiftvlan) gc")
            #expect(run.status == 0, "\(run)")
            #expect(try await web.reaches("192.168.50.1"))
        }
    }

    @Test("The events of a network are in the journal, by its identifier, and among the daemon's events")
    func journal() async throws {
        try await Scenario.run { scenario in
            let machine = scenario.machine
            try await scenario.createNetwork("tagged", "--subnet 192.168.50.0/24 -o parent=eth0.50")
            let id = try await machine.networkID("tagged")
            let events = try await machine.run("\(Self.swiftvlan) events --no-follow --since 1h")
            let event = "Network created  network=\(id.prefix(12)) parent=eth0.50 vlan=50 call=CreateNetwork"
            #expect(events.contains(event))
            guard try await !machine.isThrowAway() else { return }
            let entries = try await machine.run(
                "journalctl --sync; journalctl -b -u swiftvlan.service SWIFTVLAN_NETWORK=\(id) -o json")
            for field in [
                #""SWIFTVLAN_CALL":"CreateNetwork""#, #""SWIFTVLAN_PARENT":"eth0.50""#, #""SWIFTVLAN_VLAN":"50""#,
                #""PRIORITY":"6""#, #""SYSLOG_IDENTIFIER":"swiftvlan""#,
            ] { #expect(entries.contains(field)) }
            #expect(entries.firstMatch(of: /"SWIFTVLAN_DURATION_USEC":"[0-9]+"/) != nil)
        }
    }
}
