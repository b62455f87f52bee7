import Testing

@Suite("When the daemon is restarted", .serialized, .enabled(if: Bed.current != nil, "\(Bed.absence)"))
struct RestartTests {
    @Test("running containers keep their network, and go in order when they are stopped")
    func restart() async throws {
        try await Scenario.run { scenario in
            try await scenario.createNetwork(
                "lan", "--subnet 192.168.50.0/24 --gateway 192.168.50.1 -o parent=eth0")
            let web = try await scenario.startContainer("web", "--network lan")
            try await restartDaemon(on: scenario.bed)

            #expect(try await web.reaches("192.168.50.1"))
            let outcome = try await scenario.bed.attempt("docker run --rm --network lan bb:1 true")
            #expect(outcome.errors.contains("is not known to swiftvlan; remove it with `docker network rm`"))
            try await scenario.bed.run("docker rm -f web && docker network rm lan")
            #expect(try await scenario.endpointLinksAreGone())
            try await scenario.createNetwork(
                "lan", "--subnet 192.168.50.0/24 --gateway 192.168.50.1 -o parent=eth0")
            let again = try await scenario.startContainer("web", "--network lan")
            #expect(try await again.reaches("192.168.50.1"))
        }
    }

    /// By systemd where it runs, and otherwise by the script that the throw-away host has for it.
    private func restartDaemon(on bed: Bed) async throws {
        try await bed.run(
            """
            if [ -x /run/lab/start-swiftvlan ]; then
                pid=$(pgrep -x swiftvlan); kill "$pid"
                for n in $(seq 100); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
                setsid /run/lab/start-swiftvlan >/dev/null 2>&1 </dev/null &
                for n in $(seq 100); do [ -S /run/docker/plugins/swiftvlan.sock ] && break; sleep 0.1; done
            else
                systemctl restart swiftvlan.service
            fi
            """)
    }
}
