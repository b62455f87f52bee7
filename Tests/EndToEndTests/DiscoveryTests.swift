import Testing

/// Runs only on the throwaway host, whose engine can read spec files of this checkout.
@Suite("Plugin discovery", .serialized, .onMachine)
struct DiscoveryTests {
    @Test("Docker finds the plugin by either of its spec files", arguments: ["spec", "json"])
    func file(_ kind: String) async throws {
        let spec = try checkoutFile("plugin-spec/swiftvlan.\(kind)")
        try await Scenario.run { scenario in
            // Docker names a driver after its file. If the socket has another name, Docker can find the driver only by the file.
            try await scenario.machine.run(
                "mkdir -p /etc/docker/plugins && echo '\(spec)' >/etc/docker/plugins/by\(kind)file.\(kind)")
            try await scenario.machine.run(
                "docker network create -d by\(kind)file --subnet 192.168.50.0/24 -o parent=eth0 lan")
            let web = try await scenario.startContainer("web", "--network lan")
            #expect(try await web.reaches("192.168.50.1"))
        }
    }
}
