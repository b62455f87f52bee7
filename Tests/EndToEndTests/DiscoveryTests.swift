import Foundation
import Testing

/// Only where this checkout's files can be put before the engine, which is on the throw-away host.
@Suite("How the engine finds the plugin", .serialized, .enabled(if: Bed.current != nil, "\(Bed.absence)"))
struct DiscoveryTests {
    @Test("either of the plugin's files alone leads there", arguments: ["spec", "json"])
    func file(_ kind: String) async throws {
        let checkout = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let spec = try String(contentsOf: checkout.appending(path: "plugin-spec/swiftvlan.\(kind)"), encoding: .utf8)
        try await Scenario.run { scenario in
            // A driver is called what its file is; by another name than the socket's there is nothing else to find.
            try await scenario.bed.run(
                "mkdir -p /etc/docker/plugins && echo '\(spec)' >/etc/docker/plugins/by\(kind)file.\(kind)")
            try await scenario.bed.run(
                "docker network create -d by\(kind)file --subnet 192.168.50.0/24 -o parent=eth0 lan")
            let web = try await scenario.startContainer("web", "--network lan")
            #expect(try await web.reaches("192.168.50.1"))
        }
    }
}
