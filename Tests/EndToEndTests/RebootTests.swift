import Testing

/// Runs last, by its own filter: the machine is another one afterwards.
@Suite("After a reboot of the machine", .serialized, .enabled(if: Bed.current != nil, "\(Bed.absence)"))
struct RebootTests {
    @Test("the plugin is back at work, and the engine with it")
    func reboot() async throws {
        let bed = try #require(Bed.current)
        let before = try await bed.run("cat /proc/sys/kernel/random/boot_id")
        // The connection breaks while the command runs.
        _ = try? await bed.attempt("systemctl reboot")
        try await waitForReboot(of: bed, since: before)

        // Before the first call, which would start the service by its socket.
        #expect(try await bed.run("systemctl is-active swiftvlan.service") == "active")
        let started = try await bed.run(
            "systemctl show -P ActiveEnterTimestampMonotonic swiftvlan.service docker.service")
        let moments = started.split(separator: "\n").compactMap { Int($0) }
        #expect(moments.count == 2 && moments[0] < moments[1], "ready before the engine: \(moments)")

        try await Scenario.run { scenario in
            try await scenario.createNetwork(
                "again", "--subnet 192.168.50.0/24 --gateway 192.168.50.1 -o parent=eth0")
            let web = try await scenario.startContainer("web", "--network again")
            #expect(try await web.reaches("192.168.50.1"))
        }
    }

    private func waitForReboot(of bed: Bed, since before: String) async throws {
        for _ in 0..<150 {
            let now = try? await bed.attempt("cat /proc/sys/kernel/random/boot_id && docker version >/dev/null")
            if let now, now.status == 0, !now.output.hasPrefix(before) { return }
            try await Task.sleep(for: .seconds(2))
        }
        Issue.record("the machine did not come back within 300 s")
    }
}
