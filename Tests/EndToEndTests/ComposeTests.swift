import Testing

@Suite("Compose examples", .serialized, .onMachine)
struct ComposeTests {
    @Test("The macvlan example works on a VLAN")
    func macvlanOnVLAN() async throws {
        try await Scenario.run { scenario in
            try await scenario.layVLAN(50, "192.168.150.1/24")
            try await compose("macvlan-vlan", on: scenario.machine) { (web, db) async throws in
                #expect(try await web.addresses() == ["192.168.150.20/24"])
                #expect(try await db.addresses() == ["192.168.150.192/24"])
                #expect(try await web.reaches("192.168.150.1"))
                #expect(try await web.reaches("192.168.150.192"))
                #expect(try await scenario.routerReaches("192.168.150.192"))
            }
            #expect(try await scenario.machine.attempt("ip link show eth0.50").status != 0)
        }
    }

    @Test("The ipvlan example works at layer 3 with IPv4 and IPv6")
    func layer3() async throws {
        try await Scenario.run { scenario in
            try await scenario.machine.run(
                "ip addr add 192.168.50.9/24 dev eth0; ip addr add fd00:50::9/64 dev eth0 nodad")
            try await scenario.onRouter("ip route add 10.31.0.0/24 via 192.168.50.9 proto static")
            try await scenario.onRouter("ip -6 route add fd00:31::/64 via fd00:50::9 proto static")
            try await compose("ipvlan-l3", on: scenario.machine) { (web, db) async throws in
                #expect(try await web.addresses() == ["10.31.0.20/24", "fd00:31::20/64"])
                #expect(try await web.reaches(try await db.address(.ipv4)))
                #expect(try await web.reaches(try await db.address(.ipv6)))
                #expect(try await web.reaches("203.0.113.1"))
                #expect(try await scenario.routerReaches("10.31.0.20"))
                #expect(try await scenario.routerReaches("fd00:31::20"))
            }
        }
    }

    /// Runs `docker compose up` and `down` on an example, like a user who changes only the image.
    private func compose(
        _ example: String, on machine: MachineFixture, whileUp body: (Container, Container) async throws -> Void
    ) async throws {
        let text = try checkoutFile("examples/\(example).compose.yaml")
        let file = "/run/\(example).compose.yaml"
        try await machine.run("cat >\(file) <<'EXAMPLE'\n\(text)\nEXAMPLE")
        let command = "IMAGE=bb:1 docker compose -p \(example) -f \(file)"
        try await machine.run("\(command) up -d")
        var containers: [Container] = []
        for service in ["web", "db"] {
            let name = try await machine.run("\(command) ps -q \(service)")
            let pid = try await machine.run("docker inspect -f '{{.State.Pid}}' \(name)")
            containers.append(Container(machine: machine, name: name, pid: pid))
        }
        try await body(containers[0], containers[1])
        try await machine.run("\(command) down; rm \(file)")
    }
}
