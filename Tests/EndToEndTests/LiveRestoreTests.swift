import Testing

/// Runs only on virtual machines: on the throwaway host, containers stop with the engine, which owns containerd.
@Suite("Live restore", .serialized, .onMachine)
struct LiveRestoreTests {
    @Test("Pings continue while Docker and the daemon stop or are killed, and a container that exits is cleaned up")
    func liveRestore() async throws {
        try await Scenario.run { scenario in
            let machine = scenario.machine
            try await withLiveRestore(on: machine) {
                try await scenario.createNetwork("lan", Scenario.lan)
                let web = try await scenario.startContainer("web", "--network lan")
                let db = try await scenario.startContainer("db", "--network lan")
                let pings = try await web.pings(to: "192.168.50.1") {
                    try await machine.run("systemctl stop docker.socket docker.service; kill -9 \(db.pid)")
                    try await machine.restartDaemon()
                    try await machine.run("systemctl start docker.service")
                    try await machine.restartEngine(.killed)
                    try await machine.restartDaemon(.killed)
                }
                print("While engine and daemon were stopped and killed: \(pings)")
                #expect(pings.noneLost, "\(pings)")
                // The engine does not report that the other container exited.
                try await machine.expectEndpointRecords(try await machine.endpointIDs("web"), within: .seconds(90))

                try await machine.run("docker stop -t 0 web")
                #expect(try await scenario.endpointLinksAreGone())
                #expect(try await machine.records().endpoints.isEmpty)
                try await machine.run("docker start db")
                #expect(try await scenario.container("db").reaches("192.168.50.1"))
            }
        }
    }

    /// Turns on live-restore for the body. `systemctl reload` makes the engine reread its settings without stopping
    /// containers. The file must name the option to turn it off again: otherwise the containers that the engine keeps
    /// would delay a shutdown.
    private func withLiveRestore(on machine: MachineFixture, _ body: () async throws -> Void) async throws {
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
        try await withCleanUp {
            try await machine.run(functions + "cp $file $file.before; turn true")
            try await body()
        } cleanUp: {
            try await machine.run(functions + "turn false; mv $file.before $file")
        }
    }
}
