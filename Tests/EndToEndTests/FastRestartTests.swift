import Testing

/// The kernel tears down a container's namespace long after the engine has started the next container.
@Suite("Fast container restarts", .serialized, .onMachine)
struct FastRestartTests {
    private static let times = 10

    @Test("A macvlan container restarts ten times with the same MAC address")
    func macvlan() async throws { try await restart("--mac-address 02:42:c0:a8:32:14", on: "-o parent=eth0") }

    private func restart(_ container: String, on network: String) async throws {
        try await Scenario.run { scenario in
            try await scenario.createNetwork("lan", "--subnet 192.168.50.0/24 --gateway 192.168.50.1 \(network)")
            _ = try await scenario.startContainer("web", "--network lan --ip 192.168.50.20 \(container)")
            try await scenario.machine.run(
                """
                for n in $(seq \(Self.times)); do
                    docker kill web && docker start web || { echo "the restart number $n failed" >&2; exit 1; }
                done >/dev/null
                """)
            let web = try await scenario.container("web")
            #expect(try await web.addresses().contains("192.168.50.20/24"))
            #expect(try await web.reaches("192.168.50.1"))
        }
    }
}

extension FastRestartTests {
    /// A separate suite, because some kernels lack ipvlan.
    @Suite("Fast container restarts on ipvlan", .onMachine)
    struct OnIPvlan {
        @Test("An ipvlan container restarts ten times with the same IP address", arguments: ["l2"])
        func ipvlan(mode: String) async throws {
            try await FastRestartTests().restart("", on: "-o parent=eth0 -o ipvlan_mode=\(mode)")
        }
    }
}
