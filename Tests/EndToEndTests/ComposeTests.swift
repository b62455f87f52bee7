import Foundation
import Testing

@Suite("The examples for Compose", .serialized, .enabled(if: Bed.current != nil, "\(Bed.absence)"))
struct ComposeTests {
    @Test("macvlan on a VLAN")
    func macvlanOnVLAN() async throws {
        try await Scenario.run { scenario in
            try await scenario.layVLAN(50, "192.168.150.1/24")
            try await compose("macvlan-vlan", on: scenario.bed) { (web, db) async throws in
                #expect(try await web.addresses() == ["192.168.150.20/24"])
                #expect(try await db.addresses() == ["192.168.150.192/24"])
                #expect(try await web.reaches("192.168.150.1"))
                #expect(try await web.reaches("192.168.150.192"))
                #expect(try await scenario.routerReaches("192.168.150.192"))
            }
            #expect(try await scenario.bed.attempt("ip link show eth0.50").status != 0)
        }
    }

    @Test("ipvlan at layer 3, dual stack")
    func layer3() async throws {
        try await Scenario.run { scenario in
            try await scenario.bed.run("ip addr add 192.168.50.9/24 dev eth0; ip addr add fd00:50::9/64 dev eth0 nodad")
            try await scenario.onRouter("ip route add 10.31.0.0/24 via 192.168.50.9 proto static")
            try await scenario.onRouter("ip -6 route add fd00:31::/64 via fd00:50::9 proto static")
            try await compose("ipvlan-l3", on: scenario.bed) { (web, db) async throws in
                #expect(try await web.addresses() == ["10.31.0.20/24", "fd00:31::20/64"])
                #expect(try await web.reaches(try await db.address(.ipv4)))
                #expect(try await web.reaches(try await db.address(.ipv6)))
                #expect(try await web.reaches("203.0.113.1"))
                #expect(try await scenario.routerReaches("10.31.0.20"))
                #expect(try await scenario.routerReaches("fd00:31::20"))
            }
        }
    }

    /// Puts an example's containers up and down again, as a user does who changes nothing but the image.
    private func compose(
        _ example: String, on bed: Bed, whileUp body: (Container, Container) async throws -> Void
    ) async throws {
        let checkout = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(
            contentsOf: checkout.appending(path: "examples/\(example).compose.yaml"), encoding: .utf8)
        let file = "/run/\(example).compose.yaml"
        try await bed.run("cat >\(file) <<'EXAMPLE'\n\(text)\nEXAMPLE")
        let command = "IMAGE=bb:1 docker compose -p \(example) -f \(file)"
        try await bed.run("\(command) up -d")
        var containers: [Container] = []
        for service in ["web", "db"] {
            let name = try await bed.run("\(command) ps -q \(service)")
            let pid = try await bed.run("docker inspect -f '{{.State.Pid}}' \(name)")
            containers.append(Container(bed: bed, name: name, pid: pid))
        }
        try await body(containers[0], containers[1])
        try await bed.run("\(command) down; rm \(file)")
    }
}
