import Testing

/// What containers can do to their own links, with the rights that Docker gives them and with CAP_NET_ADMIN besides
/// (`docs/security.md`). They have the machine's programs for it.
@Suite("Hostile containers", .serialized, .enabled(if: Bed.current != nil, "\(Bed.absence)"))
struct HostileContainerTests {
    @Test("one without CAP_NET_ADMIN changes nothing of its link")
    func unprivileged() async throws {
        try await story { scenario in
            _ = try await scenario.startContainer("web", "--network lan \(Self.programs)")
            let before = try await scenario.container("web").inside("ip -d link show eth0")
            for change in Self.changes + ["mtu 1400", "alias mine", "type macvlan mode private", "down"] {
                let outcome = try await scenario.bed.attempt("docker exec web /usr/bin/ip link set eth0 \(change)")
                #expect(outcome.errors.contains("Operation not permitted"), "\(change): \(outcome.errors)")
            }
            #expect(try await scenario.container("web").inside("ip -d link show eth0") == before)
        }
    }

    @Test("one with CAP_NET_ADMIN is held to its parent's MTU, and cannot take the parent for itself")
    func administrator() async throws {
        try await story { scenario in
            _ = try await scenario.startContainer("web", "--network lan --cap-add NET_ADMIN \(Self.programs)")
            for change in Self.changes {
                let outcome = try await scenario.bed.attempt("docker exec web /usr/bin/ip link set eth0 \(change)")
                #expect(outcome.status != 0 && outcome.errors.contains("Invalid argument"), "\(change)")
            }
            // So that the test is of the kernel's rules, and not of a container that could do nothing anyway.
            try await scenario.bed.run("docker exec web /usr/bin/ip link set eth0 mtu 1400")
        }
    }

    @Test("one that takes the mark off its link leaves the link on the host, is told of, and is in nobody's way")
    func unmarked() async throws {
        try await story { scenario in
            let arguments = "--network lan --ip 192.168.50.20"
            _ = try await scenario.startContainer("web", "\(arguments) --cap-add NET_ADMIN \(Self.programs)")
            try await scenario.bed.run("docker exec web /usr/bin/ip link set eth0 alias mine")
            let endpoint = try await scenario.bed.run(
                "docker inspect -f '{{.NetworkSettings.Networks.lan.EndpointID}}' web")
            let link = "sv\(endpoint.prefix(12))"
            try await scenario.bed.run("docker rm -f web")

            let left = try await scenario.bed.run("ip link show \(link)")
            #expect(left.contains("alias mine") && left.contains("state DOWN"))
            #expect(try await scenario.bed.logLines(with: #"link "\#(link)" stays on the host"#).count == 1)
            // With the same addresses as the one that is left.
            let next = try await scenario.startContainer("next", arguments)
            #expect(try await next.reaches("192.168.50.1"))
            try await scenario.bed.run("ip link delete \(link)")
        }
    }

    private static let programs = "-v /usr:/usr:ro -v /lib:/lib:ro -v /lib64:/lib64:ro"
    private static let changes = ["mtu 9000", "type macvlan mode passthru"]

    private func story(_ body: @Sendable (Scenario) async throws -> Void) async throws {
        try await Scenario.run { scenario in
            try await scenario.createNetwork(
                "lan", "--subnet 192.168.50.0/24 --gateway 192.168.50.1 -o parent=eth0")
            try await body(scenario)
        }
    }
}
