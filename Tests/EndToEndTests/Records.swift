import Testing

/// The records of the daemon, by the IDs of their networks and endpoints.
struct Records: Sendable, Equatable {
    static let networks = "/var/lib/swiftvlan/networks"
    static let endpoints = "/run/swiftvlan/endpoints"

    let networks: Set<String>
    let endpoints: Set<String>
}

extension MachineFixture {
    /// Returns the current contents of the record directories.
    func records() async throws -> Records {
        func ids(_ folder: String) async throws -> Set<String> {
            let files = try await run("ls -A \(folder) 2>/dev/null || true").split(separator: "\n")
            return Set(files.map { $0.hasSuffix(".json") ? String($0.dropLast(5)) : String($0) })
        }
        return Records(networks: try await ids(Records.networks), endpoints: try await ids(Records.endpoints))
    }

    /// Waits until exactly these endpoints have a record.
    func expectEndpointRecords(_ ids: Set<String>, within limit: Duration) async throws {
        let start = ContinuousClock.now
        while try await records().endpoints != ids {
            guard start.duration(to: .now) < limit else { break }
            try await Task.sleep(for: .milliseconds(500))
        }
        #expect(try await records().endpoints == ids)
        print("The records of endpoints were right after \(start.duration(to: .now))")
    }

    /// Returns the full ID of a network.
    func networkID(_ name: String) async throws -> String {
        try await run("docker network inspect -f '{{.Id}}' \(name)")
    }

    /// Returns the IDs of the endpoints of one or more containers.
    func endpointIDs(_ containers: String) async throws -> Set<String> {
        let text = try await run(
            "docker inspect -f '{{range .NetworkSettings.Networks}}{{.EndpointID}} {{end}}' \(containers)")
        return Set(text.split(whereSeparator: \.isWhitespace).map(String.init))
    }
}
