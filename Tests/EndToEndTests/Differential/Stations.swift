import Testing

/// Assigns stations to scenarios, each to one scenario at a time.
///
/// A station is a pair of running containers, a and b, which one scenario after another connects to its networks.
/// Starting a container takes ten times as long as connecting it.
actor Stations {
    static let shared = Stations()
    private static let count = 3

    private var free = Array(1...count)
    private var waiting: [CheckedContinuation<Int, Never>] = []

    func take() async -> Int {
        if let station = free.popLast() { return station }
        return await withCheckedContinuation { waiting.append($0) }
    }

    func giveBack(_ station: Int) {
        guard !waiting.isEmpty else { return free.append(station) }
        waiting.removeFirst().resume(returning: station)
    }

    /// Starts the containers.
    static func prepare(on machine: MachineFixture) async throws {
        try await machine.run(
            """
            docker image inspect bb:1 >/dev/null 2>&1 ||
                docker import -c 'ENV PATH=/bin' /usr/local/share/swiftvlan/busybox.tar bb:1
            for station in $(seq \(count)); do
                for name in a b; do
                    docker run -d --name $name-$station --network none bb:1 sleep 7200 &&
                        docker network disconnect none $name-$station || exit
                done &
            done >/dev/null
            wait
            """)
    }

    static func remove(from machine: MachineFixture) async throws {
        try await machine.run("docker rm -f $(docker ps -aq) >/dev/null")
    }
}

/// Prepares the machine once for the suite, and cleans it up at the end.
struct WithStations: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        guard let fixture = try await DifferentialFixture.current else { return try await function() }
        for scenario in DifferentialScenario.all {
            // The format is that of Swift Testing, which counts a skipped case as passed.
            scenario.impediment(on: fixture).map { print("➜ Test \"\(scenario.name)\" skipped: \"\($0)\"") }
        }
        try await Stations.prepare(on: fixture.machine)
        try await withCleanUp(function) { try await Stations.remove(from: fixture.machine) }
    }
}
