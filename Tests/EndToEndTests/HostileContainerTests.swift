import Testing

/// Changes that containers try to make to their own links, with Docker's default capabilities and with CAP_NET_ADMIN
/// (`docs/threat-model.md`). The containers use the machine's programs.
@Suite("Hostile containers", .serialized, .onMachine)
struct HostileContainerTests {
    @Test("A container without CAP_NET_ADMIN cannot change its link")
    func unprivileged() async throws {
        try await withNetwork { scenario in
            _ = try await scenario.startContainer("web", "--network lan \(Self.programs)")
            let before = try await scenario.container("web").inside("ip -d link show eth0")
            for change in Self.changes + ["mtu 1400", "alias mine", "type macvlan mode private", "down"] {
                let outcome = try await scenario.machine.attempt("docker exec web /usr/bin/ip link set eth0 \(change)")
                #expect(outcome.errors.contains("Operation not permitted"), "\(change): \(outcome.errors)")
            }
            #expect(try await scenario.container("web").inside("ip -d link show eth0") == before)
        }
    }

    @Test("A container with CAP_NET_ADMIN cannot exceed its parent's MTU or claim the parent for itself")
    func administrator() async throws {
        try await withNetwork { scenario in
            _ = try await scenario.startContainer("web", "--network lan --cap-add NET_ADMIN \(Self.programs)")
            for change in Self.changes {
                let outcome = try await scenario.machine.attempt("docker exec web /usr/bin/ip link set eth0 \(change)")
                #expect(outcome.status != 0 && outcome.errors.contains("Invalid argument"), "\(change)")
            }
            // As a control, the container changes its link within the kernel's rules.
            try await scenario.machine.run("docker exec web /usr/bin/ip link set eth0 mtu 1400")
        }
    }

    @Test(
        "A container that changes its link's alias leaves the link on the host, is logged, and blocks no other container"
    )
    func unmarked() async throws {
        try await withNetwork { scenario in
            let arguments = "--network lan --ip 192.168.50.20"
            _ = try await scenario.startContainer("web", "\(arguments) --cap-add NET_ADMIN \(Self.programs)")
            try await scenario.machine.run("docker exec web /usr/bin/ip link set eth0 alias mine")
            let endpoint = try await scenario.machine.run(
                "docker inspect -f '{{.NetworkSettings.Networks.lan.EndpointID}}' web")
            let link = "sv\(endpoint.prefix(12))"
            try await scenario.machine.run("docker rm -f web")

            let left = try await scenario.machine.run("ip link show \(link)")
            #expect(left.contains("alias mine") && left.contains("state DOWN"))
            #expect(try await scenario.machine.logLines(with: #"link "\#(link)" stays on the host"#).count == 1)
            // This container has the same address as the link that stayed.
            let next = try await scenario.startContainer("next", arguments)
            #expect(try await next.reaches("192.168.50.1"))
            try await scenario.machine.run("ip link delete \(link)")
        }
    }

    private static let programs = "-v /usr:/usr:ro -v /lib:/lib:ro -v /lib64:/lib64:ro"
    private static let changes = ["mtu 9000", "type macvlan mode passthru"]

    private func withNetwork(_ body: @Sendable (Scenario) async throws -> Void) async throws {
        try await Scenario.run { scenario in
            try await scenario.createNetwork("lan", Scenario.lan)
            try await body(scenario)
        }
    }
}
