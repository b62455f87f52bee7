import TestSupport

/// Fills the disk of the daemon's records, and then makes it read-only.
struct FullDisk: Scenario {
    static let name = "full-disk"

    private static let attempts = 50

    let run: Run
    private let client: Client

    init(run: Run) {
        self.run = run
        client = run.client()
    }

    func perform(_ host: inout Host) throws -> String {
        var generator = SeededGenerator(seed: run.seed)
        let disk = try MemoryDisk(on: run.daemon.records.state, kilobytes: 128)
        // The disk must not be in use when it is unmounted.
        defer { run.daemon.dispose() }
        try run.daemon.start()
        var networks = try run.createNetworks(of: run.sharedKinds, &generator)

        try disk.fill()
        run.tally.add(\.faults)
        networks += try createUntilRefused(from: networks.count, &generator)
        try check(networks, "on a full disk", &generator, &host)
        try client.succeed(.deleteNetwork(networks.removeLast()))
        try disk.fill()
        try restart(networks, &host)
        try check(networks, "after a start on a full disk", &generator, &host)
        try disk.clear()
        let late = NetworkPlan(id: generator.identifier(), kind: .macvlan, number: 200)
        try run.client().succeed(.createNetwork(late))
        networks.append(late)

        let text = try makeReadOnly(disk, &networks, &generator, &host)
        try finish(deleting: networks, &host)
        return text
    }

    /// Creates networks until the disk has no room for a record. Returns the created ones.
    private func createUntilRefused(from first: Int, _ generator: inout SeededGenerator) throws -> [NetworkPlan] {
        let kinds = run.sharedKinds
        var created: [NetworkPlan] = []
        for number in first..<first + Self.attempts {
            let network = NetworkPlan(id: generator.identifier(), kind: kinds[number % kinds.count], number: number)
            switch try client.make(.createNetwork(network)) {
            case .answered: created.append(network)
            case .refused: return created
            case .lost, .unreachable: throw ChaosError("the daemon does not answer on a full disk")
            }
        }
        throw ChaosError("the daemon created networks without room for their records")
    }

    /// Expects that nothing is lost and that containers start.
    private func check(
        _ networks: [NetworkPlan], _ when: String, _ generator: inout SeededGenerator, _ host: inout Host
    ) throws {
        run.daemon.log.note("comparison \(when)")
        try run.comparison.require(Expectation(networks), within: Self.orphanLimit, &host)
        for network in networks.prefix(3) { try run.client().runContainer(in: network, &generator, &host) }
    }

    private func restart(_ networks: [NetworkPlan], _ host: inout Host) throws {
        try run.daemon.kill()
        try run.daemon.start()
        try run.comparison.checkStart(Expectation(networks), &host)
    }

    private func makeReadOnly(
        _ disk: MemoryDisk, _ networks: inout [NetworkPlan], _ generator: inout SeededGenerator, _ host: inout Host
    ) throws -> String {
        if try !disk.setReadOnly(true) {
            // A file is open for writing, which must be the daemon's.
            try run.daemon.kill()
            guard try disk.setReadOnly(true) else { throw ChaosError("the disk cannot be made read-only") }
            try run.daemon.start()
        }
        run.tally.add(\.faults)
        let client = run.client()
        let refused = NetworkPlan(id: generator.identifier(), kind: .macvlan, number: 201)
        guard case .refused(let reason) = try client.make(.createNetwork(refused)) else {
            throw ChaosError("the daemon created a network on a read-only disk")
        }
        try check(networks, "on a read-only disk", &generator, &host)
        // The engine forgets the network whatever the answer. The daemon may delete the record now or at the next call.
        let removed = networks.removeLast()
        let outcome = try client.make(.deleteNetwork(removed))
        try run.daemon.kill()
        try run.daemon.start()
        guard try disk.setReadOnly(false) else { throw ChaosError("the disk cannot be made writable") }
        try run.client().succeed(.deleteNetwork(removed))
        try check(networks, "on a disk made writable again", &generator, &host)
        let answer =
            switch outcome {
            case .answered: "answered"
            case .refused(let reason): "refused with \"\(reason)\""
            case .lost, .unreachable: "lost"
            }
        return "read-only: CreateNetwork refused with \"\(reason)\", DeleteNetwork \(answer)"
    }
}
