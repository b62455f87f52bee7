import Testing

/// Hands out stations, each to one story at a time.
///
/// A station is two containers, a and b, that run all the time and are connected to the networks of one story after the
/// other: starting a container costs ten times what connecting it does.
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
    static func prepare(on bed: Bed) async throws {
        try await bed.run(
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

    static func remove(from bed: Bed) async throws {
        try await bed.run("docker rm -f $(docker ps -aq) >/dev/null")
    }
}

/// Makes the machine ready for the suite, once, and clears it at the end.
struct WithStations: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        guard let machine = try await ComparedMachine.current else { return try await function() }
        for story in Story.all {
            // Worded as the test library does, whose own word for a case that is left out is that it passed.
            story.impediment(on: machine).map { print("➜ Test \"\(story.name)\" skipped: \"\($0)\"") }
        }
        try await Stations.prepare(on: machine.bed)
        do {
            try await function()
        } catch {
            try await Stations.remove(from: machine.bed)
            throw error
        }
        try await Stations.remove(from: machine.bed)
    }
}
