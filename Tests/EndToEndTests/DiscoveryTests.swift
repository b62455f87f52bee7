import Testing

/// For the throw-away host only, whose engine can be given this checkout's files.
@Suite("Plugin discovery", .serialized, .onMachine)
struct DiscoveryTests {
    @Test("Docker finds the plugin by either of its spec files", arguments: ["spec", "json"])
    func file(_ kind: String) async throws {
        let spec = try checkoutFile("plugin-spec/swiftvlan.\(kind)")
        try await Scenario.run { scenario in
            // A driver is named after its file. With a name other than the socket's, only the file can lead to it.
            try await scenario.machine.run(
                "mkdir -p /etc/docker/plugins && echo '\(spec)' >/etc/docker/plugins/by\(kind)file.\(kind)")
            try await scenario.machine.run(
                "docker network create -d by\(kind)file --subnet 192.168.50.0/24 -o parent=eth0 lan")
            let web = try await scenario.startContainer("web", "--network lan")
            #expect(try await web.reaches("192.168.50.1"))
        }
    }
}
