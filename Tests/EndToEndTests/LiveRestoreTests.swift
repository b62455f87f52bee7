import Testing

/// Only where containers outlive the engine, which on the throw-away host they do not: its containerd is the engine's.
@Suite("With live-restore", .serialized, .enabled(if: Bed.current != nil, "\(Bed.absence)"))
struct LiveRestoreTests {
    @Test("containers ping on while engine and daemon are stopped and killed, and one that ends meanwhile is found out")
    func liveRestore() async throws {
        try await Scenario.run { scenario in
            let bed = scenario.bed
            try await withLiveRestore(on: bed) {
                try await scenario.createNetwork(
                    "lan", "--subnet 192.168.50.0/24 --gateway 192.168.50.1 -o parent=eth0")
                let web = try await scenario.startContainer("web", "--network lan")
                let db = try await scenario.startContainer("db", "--network lan")
                let pings = try await web.pings(to: "192.168.50.1") {
                    try await bed.run("systemctl stop docker.socket docker.service; kill -9 \(db.pid)")
                    try await bed.restartDaemon()
                    try await bed.run("systemctl start docker.service")
                    try await bed.restartEngine(.killed)
                    try await bed.restartDaemon(.killed)
                }
                print("While engine and daemon were stopped and killed: \(pings)")
                #expect(pings.noneLost, "\(pings)")
                // The engine tells nobody of the other one's end.
                try await bed.expectEndpointRecords(try await bed.endpointIDs("web"), within: .seconds(90))

                try await bed.run("docker stop -t 0 web")
                #expect(try await scenario.endpointLinksAreGone())
                #expect(try await bed.records().endpoints.isEmpty)
                try await bed.run("docker start db")
                #expect(try await scenario.container("db").reaches("192.168.50.1"))
            }
        }
    }

    /// Both can be had without ending containers: `systemctl reload` makes the engine read its file. What the file does
    /// not name stays as it is, and a machine that goes down would wait for containers that its engine keeps.
    private func withLiveRestore(on bed: Bed, _ body: () async throws -> Void) async throws {
        let functions = """
            file=/etc/docker/daemon.json
            turn() {
                sed 's/{/{ "live-restore": '$1',/' $file.before >$file
                systemctl start docker.service; systemctl reload docker.service
                for n in $(seq 600); do
                    [ "$(docker info -f '{{.LiveRestoreEnabled}}')" = $1 ] && return; sleep 0.1
                done
                echo "live-restore did not become $1" >&2; exit 1
            }

            """
        let outcome: Result<Void, any Error>
        do {
            try await bed.run(functions + "cp $file $file.before; turn true")
            outcome = .success(try await body())
        } catch {
            outcome = .failure(error)
        }
        try await bed.run(functions + "turn false; mv $file.before $file")
        try outcome.get()
    }
}
